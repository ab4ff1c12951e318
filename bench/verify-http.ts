// What a verification over HTTP costs, against a bare node:http server that answers a constant of the same size.
import type { ChildProcess } from "node:child_process";
import { fight, rowOf, startProcess, started } from "./http/duel.ts";
import type { ServerProcess } from "./http/duel.ts";
import { install } from "./http/installation.ts";
import type { BenchInstallation } from "./http/installation.ts";
import { ADDRESS, SCOPE } from "./population.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = 100_000;
const HOT_KEYS = 1_000;
const BATCH = 64;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 8;

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

async function compare(
  job: Job,
  keyward: ServerProcess,
  bare: ServerProcess,
  generator: ChildProcess,
): Promise<readonly Row[]> {
  const { name, head, bodies, verificationsPerRequest: count } = job;
  const pairs = await fight({
    subject: { server: keyward, head, expected: ALLOWED },
    baseline: { server: bare, head, expected: "xxx" },
    generator,
    bodies,
    warmUpRounds: WARM_UP_ROUNDS,
    rounds: ROUNDS,
  });
  const perSecond = { name, unit: "verifications/s" };
  const cpu = { name: `${name}.cpu`, unit: "µs/verification" };
  return [
    rowOf(perSecond, pairs, (side) => side.perSecond * count),
    rowOf(cpu, pairs, ({ cpuMicroseconds }) => cpuMicroseconds / count),
  ];
}
