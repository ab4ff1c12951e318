// An edge before a server, both in this process, for tests that look at what it answers.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readEdgeConfig } from "../../packages/server/src/config/edge-config.ts";
import { startEdge } from "../../packages/server/src/main/edge.ts";
import { createLog } from "../../packages/server/src/runtime/log.ts";
import type { Body, TestServer } from "../http/test-server.ts";

/** What a test waits for at most, on a machine that has other things to do. */
const WAIT_MS_MAX = 60_000;

export interface TestEdge {
  readonly url: string;
  /** HOST:PORT; `undefined` where there is none. */
  readonly grpcPlace: string | undefined;
  readonly callersFile: string;
  /** The first line of the file. */
  readonly caller: string;
  ask(path: string, body: object, caller?: string | null): Promise<EdgeAnswer>;
  stop(): Promise<void>;
}

export interface EdgeAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: Body & { readonly stale?: true };
}

export function newCaller(): string {
  return `caller-${crypto.randomUUID()}`;
}

export async function startTestEdge(
  server: Pick<TestServer, "url">,
  token: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestEdge> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-edge-"));
  const callersFile = join(directory, "callers");
  const caller = newCaller();
  writeFileSync(callersFile, `${caller}\n`);
  const config = readEdgeConfig({
    KEYWARD_EDGE_UPSTREAM: server.url,
    KEYWARD_EDGE_LISTEN: "127.0.0.1:0",
    KEYWARD_EDGE_CALLERS_FILE: callersFile,
    KEYWARD_EDGE_MAX_STALENESS_SECONDS: "1",
    ...environment,
  });
  const edge = await startEdge(config, () => Promise.resolve(token), createLog("silent"));
  const url = edge.place;
  const ask = async (path: string, body: object, as: string | null = caller) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, json: JSON.parse(text) as EdgeAnswer["json"] };
  };
  await until(async () => (await fetch(`${url}/readyz`)).status === 200, "the edge is ready");
  return {
    url,
    grpcPlace: edge.grpcPlace,
    callersFile,
    caller,
    ask,
    stop: async () => {
      await edge.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await delay(20);
  }
}
