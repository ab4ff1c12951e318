// What `new Keyward` costs whoever verifies in their own process: to decide about a request, and to load the keys.
import { hash } from "node:crypto";
import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { extractCredential } from "@keyward/core/http/credentials";
import { Keyward } from "@keyward/sdk";
import { install } from "./http/installation.ts";
import type { FromServer } from "./http/report.ts";
import { comparePaired, pick } from "./paired.ts";
import { ADDRESS, SCOPE } from "./population.ts";
import type { Population } from "./population.ts";
import { median } from "./suite.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = 50_000;
const HOT_KEYS = 1_000;
const CALLS_PER_ROUND = 1_000;
const ROUNDS = 500;
/** So that no more uses come in than are handed over. */
const PAUSE_MS = 10;
const LOADS = 3;

export const suite: Suite = {
  async run() {
    const installation = await install(KEYS);
    const { directory, managementKey, population } = installation;
    const file = fileURLToPath(new URL("http/keyward-server.ts", import.meta.url));
    const server = fork(file, [directory], { execArgv: process.execArgv });
    try {
      const [message] = (await once(server, "message")) as [FromServer];
      if (message.kind !== "listening") throw new Error("the server does not say where it listens");
      const source = { url: `http://127.0.0.1:${message.port}`, token: managementKey };
      return [
        ...(await measureLoads(source)),
        await compare("verify.sdk.known", source, population, KEYS),
        await compare("verify.sdk.hot", source, population, HOT_KEYS),
      ];
    } finally {
      server.kill("SIGKILL");
      installation.remove();
    }
  },
};

interface Source {
  readonly url: string;
  readonly token: string;
}

const SUBJECT = { api: "acme", environment: "live" } as const;
const NEEDS = {
  scopes: [SCOPE],
  context: { ip: ADDRESS, method: "GET", path: "/invoices/42" },
};

/** From nothing to the first decision, against taking the same bytes and throwing them away. */
async function measureLoads(source: Source): Promise<readonly Row[]> {
  const loads: number[] = [];
  const downloads: number[] = [];
  const ratios: number[] = [];
  const { bytes, plainBytes } = await download(source);
  for (let round = 0; round < LOADS; round++) {
    const beginMs = performance.now();
    const keyward = new Keyward({ ...source, ...SUBJECT });
    await keyward.ready({ timeoutMs: 120_000 });
    const load = (performance.now() - beginMs) / 1_000;
    if (keyward.status().keys !== KEYS) throw new Error("not all keys were loaded");
    await keyward.close();
    const { seconds } = await download(source);
    loads.push(load);
    downloads.push(seconds);
    ratios.push(load / seconds);
  }
  return [
    {
      name: "feed.coldstart",
      value: median(loads),
      unit: "s",
      baseline: median(downloads),
      ratio: median(ratios),
    },
    {
      name: "feed.coldstart.bytes",
      value: bytes,
      unit: "bytes",
      baseline: plainBytes,
      ratio: bytes / plainBytes,
    },
  ];
}

async function download({ url, token }: Source) {
  const beginMs = performance.now();
  const sent = request(`${url}/v1/feed/snapshot?${new URLSearchParams(SUBJECT).toString()}`, {
    headers: { authorization: `Bearer ${token}`, "accept-encoding": "gzip" },
  }).end();
  const [response] = await once(sent, "response");
  if (response.statusCode !== 200) throw new Error(`a snapshot answered ${response.statusCode}`);
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  let plainBytes = 0;
  for await (const chunk of response.pipe(createGunzip()) as AsyncIterable<Buffer>) {
    plainBytes += chunk.length;
  }
  return { bytes, plainBytes, seconds: (performance.now() - beginMs) / 1_000 };
}

interface Input {
  readonly rawHeaders: readonly string[];
  readonly presented: string;
}

/** The credential found in the headers, decided about and counted, against one `crypto.hash` into latin1 of each key. */
async function compare(
  name: string,
  source: Source,
  population: Population,
  among: number,
): Promise<Row> {
  let reported = 0;
  let allowed = 0;
  const keyward = new Keyward({
    ...source,
    ...SUBJECT,
    reportUses: ({ cells }) => {
      for (const { code, count } of cells) if (code === "allowed") reported += count;
      return Promise.resolve();
    },
  });
  await keyward.ready({ timeoutMs: 120_000 });
  const row = await comparePaired<Input>({
    name,
    rounds: ROUNDS,
    pause: () => sleep(PAUSE_MS),
    // Of the population, every second key has no end; the others have ended by now.
    inputs: (round) =>
      pick(round, CALLS_PER_ROUND, among / 2).map((index) => inputOf(population, index * 2 + 1)),
    subject: (inputs) => {
      for (const { rawHeaders } of inputs) {
        const found = extractCredential(rawHeaders);
        if (found.outcome !== "found") throw new Error("a credential was not found");
        if (keyward.verifyNow(found.credential, NEEDS)?.outcome === "allowed") allowed++;
      }
      return allowed;
    },
    baseline: (inputs) => {
      let sum = 0;
      for (const { presented } of inputs) sum += hash("sha256", presented, "latin1").length;
      return sum;
    },
  });
  await keyward.close({ timeoutMs: 10_000 });
  if (allowed % CALLS_PER_ROUND !== 0 || allowed === 0) throw new Error("a good key was refused");
  if (reported !== allowed) throw new Error(`${reported} uses of ${allowed} were counted`);
  return row;
}

/** As a parser of HTTP gives it: of strings that nobody has seen before. */
function inputOf(population: Population, index: number): Input {
  const presented = population.presented(index);
  const authorization = Buffer.from(`Bearer ${presented}`, "latin1").toString("latin1");
  const rawHeaders = ["Host", "api.acme.test", "Accept", "*/*", "Authorization", authorization];
  return { rawHeaders, presented };
}
