// What a verification over HTTP costs, against a bare node:http server that answers a constant of the same size.
import { fork, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Round, RoundResult } from "./http/generator.ts";
import { install } from "./http/installation.ts";
import type { BenchInstallation } from "./http/installation.ts";
import type { FromServer } from "./http/report.ts";
import { ADDRESS, SCOPE } from "./population.ts";
import { median } from "./suite.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = 100_000;
const HOT_KEYS = 1_000;
const BATCH = 64;
const CONNECTIONS = 64;
const ROUNDS = 15;
/** The first seconds go to the compiler, which has more to do for more code. */
const WARM_UP_ROUNDS = 8;
const ROUND_MS = 600;

export const suite: Suite = {
  async run() {
    const installation = await install(KEYS);
    const processes: ChildProcess[] = [];
    try {
      const start = async (file: string, args: readonly string[], core: number) => {
        const child = startProcess(file, args, core);
        processes.push(child);
        return child;
      };
      const keyward = await started(await start("keyward-server.ts", [installation.directory], 0));
      const [single, batch] = jobsOf(installation);
      const sizes = [await answerBytes(keyward, single), await answerBytes(keyward, batch)];
      const bare = await started(await start("bare-server.ts", sizes.map(String), 0));
      const generator = await start("generator.ts", [], 1);
      return [
        ...(await compare(single, keyward, bare, generator)),
        ...(await compare(batch, keyward, bare, generator)),
      ];
    } finally {
      for (const child of processes) child.kill("SIGKILL");
      installation.remove();
    }
  },
};

interface Job {
  readonly name: string;
  readonly target: string;
  readonly head: string;
  readonly bodies: readonly string[];
  readonly verificationsPerRequest: number;
}

function jobsOf({ managementKey, population }: BenchInstallation): readonly [Job, Job] {
  // Of the population, every second key has no end; the others have ended by now.
  const items = Array.from({ length: HOT_KEYS }, (_, index) => ({
    credential: population.presented(index * 2 + 1),
    api: "acme",
    environment: "live",
    scopes: [SCOPE],
    context: { ip: ADDRESS, method: "GET", path: "/invoices/42" },
  }));
  const batches = Array.from({ length: 100 }, (_, start) => ({
    items: Array.from({ length: BATCH }, (_, at) => items[(start * BATCH + at) % HOT_KEYS]),
  }));
  const job = (name: string, target: string, bodies: readonly object[], count: number): Job => ({
    name,
    target,
    head: [
      `POST ${target} HTTP/1.1`,
      "host: 127.0.0.1",
      `authorization: Bearer ${managementKey}`,
      "content-type: application/json",
      "",
    ].join("\r\n"),
    bodies: bodies.map((body) => JSON.stringify(body)),
    verificationsPerRequest: count,
  });
  return [
    job("verify.http.single", "/v1/verify", items, 1),
    job("verify.http.batch64", "/v1/verify/batch", batches, BATCH),
  ];
}

/** Pinned to a core each, where that can be done: generator and server must not take turns on one. */
function startProcess(file: string, args: readonly string[], core: number): ChildProcess {
  const path = fileURLToPath(new URL(`http/${file}`, import.meta.url));
  const child = fork(path, args, { execArgv: process.execArgv });
  if (availableParallelism() > 1 && child.pid !== undefined) {
    spawnSync("taskset", ["-a", "-p", "-c", String(core), String(child.pid)], { stdio: "ignore" });
  }
  return child;
}

interface ServerProcess {
  readonly port: number;
  /** Processor time used so far, in microseconds. */
  cpu(): Promise<number>;
}

async function started(child: ChildProcess): Promise<ServerProcess> {
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

async function answerBytes(
  { port }: ServerProcess,
  { target, head, bodies }: Job,
): Promise<number> {
  const [body = ""] = bodies;
  const authorization = /authorization: (.*)\r\n/.exec(head)?.[1] ?? "";
  const answer = await fetch(`http://127.0.0.1:${port}${target}`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body,
  });
  const text = await answer.text();
  if (!text.includes(ALLOWED)) throw new Error(`a good key was refused: ${text}`);
  return text.length;
}

const ALLOWED = '"outcome":"allowed"';

interface Measured {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

async function compare(
  job: Job,
  keyward: ServerProcess,
  bare: ServerProcess,
  generator: ChildProcess,
): Promise<readonly Row[]> {
  const measure = async (server: ServerProcess, expected: string): Promise<Measured> => {
    const before = await server.cpu();
    const { head, bodies } = job;
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
  };
  const pairs: (readonly [Measured, Measured])[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const keywardFirst = round % 2 === 0;
    const first = keywardFirst ? await measure(keyward, ALLOWED) : await measure(bare, "xxx");
    const second = keywardFirst ? await measure(bare, "xxx") : await measure(keyward, ALLOWED);
    if (round < WARM_UP_ROUNDS) continue;
    pairs.push(keywardFirst ? [first, second] : [second, first]);
  }
  const row = (name: string, unit: string, read: (side: Measured) => number): Row => ({
    name,
    value: median(pairs.map(([subject]) => read(subject))),
    unit,
    baseline: median(pairs.map(([, baseline]) => read(baseline))),
    ratio: median(pairs.map(([subject, baseline]) => read(subject) / read(baseline))),
  });
  const { name, verificationsPerRequest: count } = job;
  return [
    row(name, "verifications/s", ({ perSecond }) => perSecond * count),
    row(`${name}.cpu`, "µs/verification", ({ cpuMicroseconds }) => cpuMicroseconds / count),
  ];
}
