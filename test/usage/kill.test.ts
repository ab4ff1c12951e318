// K7 with real processes: those that decide, and Keyward itself, are killed while they count. What is stored in the end is
// compared with what they have said.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess, ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Body } from "../http/test-server.ts";
import type { Said, Told } from "./deciding-process.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));
const PROGRAM = join(import.meta.dirname, "deciding-process.ts");
const FLAGS = ["--conditions=@keyward/source"];
const WITHIN_MS = 60_000;
/** A report every second, and the time in which a disk takes it. A process that is held up decides nothing meanwhile. */
const LOST_MS_MAX = 1_250;

const directory = mkdtempSync(join(tmpdir(), "keyward-usage-"));
let url: string;
let port: number;
let server: ChildProcessByStdio<null, null, null>;
let managementKey: string;
const children: ChildProcess[] = [];

before(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = startServer();
  await until(isReady, "the server is ready");
  managementKey = readFileSync(join(directory, "management.key"), "utf8").trim();
});
after(() => {
  server.kill("SIGKILL");
  for (const child of children) child.kill("SIGKILL");
  rmSync(directory, { recursive: true });
});

function startServer(): ChildProcessByStdio<null, null, null> {
  const env = {
    ...process.env,
    KEYWARD_DATA: join(directory, "data"),
    KEYWARD_PORT: String(port),
    KEYWARD_METRICS_PORT: "off",
    KEYWARD_BOOTSTRAP_KEY_FILE: join(directory, "management.key"),
  };
  return spawn(process.execPath, [...FLAGS, MAIN], { env, stdio: ["ignore", "ignore", "ignore"] });
}

async function isReady(): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status === 200;
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = performance.now() + WITHIN_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadlineMs, `not in time: ${what}`);
    await delay(20);
  }
}

async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${managementKey}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text) as Answer;
}

function startDeciding(told: Told) {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    [...FLAGS, PROGRAM, JSON.stringify(told)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const said: (Said & { readonly atMs: number })[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    said.push({ ...(JSON.parse(line) as Said), atMs: performance.now() });
  });
  const decided = () => said.at(-1)?.decided ?? 0;
  children.push(child);
  return { child, said, decided };
}

test("K7: killed processes lose at most the last second, a killed server nothing, and nothing is counted twice", async (t) => {
  await call("POST", "/v1/apis", { name: "Acme", prefix: "acme", audience: "https://a.test" });
  const make = (body: object) => call<Body>("POST", "/v1/keys", body);
  const key = await make({ api: "acme", name: "n", owner: "customer-1" });
  const feed = await make({ api: "keyward", name: "v", owner: "ops", scopes: ["feed:*"] });
  const told: Told = {
    options: { url, token: feed.secret, api: "acme", environment: "live", freshness: "available" },
    spool: join(directory, "spool"),
    key: key.secret,
  };
  let certain = 0;
  let possible = 0;
  for (const round of [1, 2, 3]) {
    const deciding = startDeciding(told);
    await until(() => deciding.decided() > 200, `round ${round}: it decides`);
    await delay(1_000);
    if (round === 2) {
      server.kill("SIGKILL");
      await once(server, "exit");
      await delay(1_500);
    }
    deciding.child.kill("SIGKILL");
    await once(deciding.child, "exit");
    const killedMs = performance.now();
    if (round === 2) {
      server = startServer();
      await until(isReady, "the server is ready again");
    }
    certain += deciding.said.findLast(({ atMs }) => atMs < killedMs - LOST_MS_MAX)?.decided ?? 0;
    possible += deciding.decided() + 20;
  }
  // What the killed ones have left is taken along by whoever comes next.
  const last = startDeciding(told);
  await until(() => last.decided() > 100, "the last one decides");
  last.child.stdin.write("close\n");
  await until(() => last.said.at(-1)?.closed === true, "the last one closes");
  const closed = last.decided();
  const { totals } = await call<{ totals: { count: number } }>("GET", `/v1/usage?key=${key.id}`);
  t.diagnostic(`${certain + closed} ≤ ${totals.count} ≤ ${possible + closed}`);
  assert.ok(totals.count >= certain + closed, "nothing is lost but the last moment before a kill");
  assert.ok(totals.count <= possible + closed, "nothing is counted twice");
});
