// From nothing to the first decision, with a real server, against taking the same bytes and throwing them away.
import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { Keyward } from "@keyward/sdk";
import { multiplyKeys } from "./http/multiply-keys.ts";
import { install } from "./http/installation.ts";
import type { FromServer } from "./http/report.ts";
import { median } from "./suite.ts";
import type { Row, Size, Suite } from "./suite.ts";

const KEYS = { default: 50_000, million: 1_000_000 } as const satisfies Record<Size, number>;
const LOADS = 3;
const TIMEOUT_MS = 300_000;
const SUBJECT = { api: "acme", environment: "live" } as const;

export const suite: Suite = {
  async run(size) {
    const installation = await install(1_000);
    multiplyKeys(installation.directory, KEYS[size] - 1_000);
    const file = fileURLToPath(new URL("http/keyward-server.ts", import.meta.url));
    const server = fork(file, [installation.directory], { execArgv: process.execArgv });
    try {
      const [message] = (await once(server, "message")) as [FromServer];
      if (message.kind !== "listening") throw new Error("the server does not say where it listens");
      const url = `http://127.0.0.1:${message.port}`;
      return await measureLoads({ url, token: installation.managementKey }, KEYS[size]);
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

async function measureLoads(source: Source, keys: number): Promise<readonly Row[]> {
  const loads: number[] = [];
  const downloads: number[] = [];
  const ratios: number[] = [];
  const { bytes, plainBytes } = await download(source);
  for (let round = 0; round < LOADS; round++) {
    const beginMs = performance.now();
    const keyward = new Keyward({ ...source, ...SUBJECT });
    await keyward.ready({ timeoutMs: TIMEOUT_MS });
    const load = (performance.now() - beginMs) / 1_000;
    if (keyward.status().keys !== keys) throw new Error("not all keys were loaded");
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
