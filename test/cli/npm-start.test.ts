import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { acquireLock } from "../../packages/server/src/storage/sqlite/lock.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY_MS_MAX = 20_000;
const STOP_MS_MAX = 5_000;

function within<Value>(ms: number, what: string, promise: Promise<Value>): Promise<Value> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`${what} took more than ${ms} ms`)), ms).unref();
  });
  return Promise.race([promise, late]);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended already; why is what the test reports.
  }
}

test("when npm start alone is told to stop, the server goes with it and frees its directory; until then it serves the dashboard", async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-npm-start-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const data = join(directory, "data");
  // A group of its own: a server that was left behind can be ended all the same.
  const npm = spawn("npm", ["start"], {
    cwd: ROOT,
    detached: true,
    env: {
      ...process.env,
      KEYWARD_DATA: data,
      KEYWARD_PORT: "0",
      KEYWARD_METRICS_PORT: "off",
      KEYWARD_BOOTSTRAP_KEY_FILE: join(directory, "management.key"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = npm;
  assert.ok(pid !== undefined);
  let log = "";
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        log += chunk.toString("utf8");
        if (log.includes("Keyward is ready")) resolve();
      });
    }
    npm.once("close", () => reject(new Error(`npm start ended:\n${log}`)));
  });
  // Its outputs close when the last process that holds them has ended.
  const allEnded = new Promise<void>((resolve) => npm.once("close", () => resolve()));
  try {
    await within(READY_MS_MAX, "the start", ready);
    const url = /"url":"([^"]+)"/.exec(log)?.[1] ?? "";
    assert.equal((await fetch(url)).status, 200, "the dashboard was built first");
    npm.kill("SIGTERM");
    await within(STOP_MS_MAX, "the stop", allEnded);
  } catch (error) {
    endGroup(pid);
    throw error;
  }
  assert.match(log, /"stopped"/);
  acquireLock(join(data, "keyward.lock")).release();
});
