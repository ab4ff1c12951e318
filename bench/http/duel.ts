// Two servers, asked the same in turn by one generator: what disturbs the machine for longer than a round disturbs both.
import { fork, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { median } from "../suite.ts";
import type { Row } from "../suite.ts";
import type { Round, RoundResult } from "./generator.ts";
import type { FromServer } from "./report.ts";

const CONNECTIONS = 64;
const ROUND_MS = 600;

export interface Contender {
  readonly server: ServerProcess;
  readonly head: string;
  /** What each answer must contain, so that no failure is measured as speed. */
  readonly expected: string;
}

export interface Duel {
  readonly subject: Contender;
  readonly baseline: Contender;
  readonly generator: ChildProcess;
  /** Sent in turn; an empty one for requests without. */
  readonly bodies: readonly string[];
  /** The first seconds go to the compiler, which has more to do for more code. */
  readonly warmUpRounds: number;
  readonly rounds: number;
}

export interface Measured {
  readonly perSecond: number;
  /** The processor time of the server for each request. */
  readonly cpuMicroseconds: number;
}

export interface ServerProcess {
  readonly port: number;
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>;
}

/** Both sides of each round. */
export async function fight(duel: Duel): Promise<readonly (readonly [Measured, Measured])[]> {
  const { subject, baseline, warmUpRounds, rounds } = duel;
  const pairs: (readonly [Measured, Measured])[] = [];
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    const subjectFirst = round % 2 === 0;
    const first = await measure(duel, subjectFirst ? subject : baseline);
    const second = await measure(duel, subjectFirst ? baseline : subject);
    if (round < warmUpRounds) continue;
    pairs.push(subjectFirst ? [first, second] : [second, first]);
  }
  return pairs;
}

export function rowOf(
  { name, unit }: Pick<Row, "name" | "unit">,
  pairs: readonly (readonly [Measured, Measured])[],
  read: (side: Measured) => number,
): Row {
  return {
    name,
    value: median(pairs.map(([subject]) => read(subject))),
    unit,
    baseline: median(pairs.map(([, baseline]) => read(baseline))),
    ratio: median(pairs.map(([subject, baseline]) => read(subject) / read(baseline))),
  };
}

async function measure(
  { generator, bodies }: Duel,
  { server, head, expected }: Contender,
): Promise<Measured> {
  const before = await server.cpu();
  const round: Round = {
    port: server.port,
    connections: CONNECTIONS,
    durationMs: ROUND_MS,
    head,
    bodies,
    expected,
  };
  generator.send(round);
  const { requestCount, elapsedMs } = await nextMessage<RoundResult>(generator);
  const after = await server.cpu();
  return {
    perSecond: (requestCount * 1_000) / elapsedMs,
    cpuMicroseconds: (after - before) / requestCount,
  };
}

/** Pinned to a core each, where that can be done: generator and server must not take turns on one. */
export function startProcess(file: string, args: readonly string[], core: number): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: process.execArgv,
  });
  if (availableParallelism() > 1 && child.pid !== undefined) {
    spawnSync("taskset", ["-a", "-p", "-c", String(core), String(child.pid)], { stdio: "ignore" });
  }
  return child;
}

export async function started(child: ChildProcess): Promise<ServerProcess> {
  const message = await nextMessage<FromServer>(child);
  if (message.kind !== "listening") throw new Error("a server that does not say where it listens");
  return {
    port: message.port,
    async cpu() {
      child.send("cpu");
      const answer = await nextMessage<FromServer>(child);
      return answer.kind === "cpu" ? answer.microseconds : Number.NaN;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  const died = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error(`${child.spawnargs.join(" ")} ended early`);
  });
  died.catch(() => {});
  const [message] = (await Promise.race([once(child, "message"), died])) as [Message];
  ended.abort();
  return message;
}
