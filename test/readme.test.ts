// Runs the README's own commands, in its order, against what `npm start` serves. Only ports and places are changed.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ROOT } from "./repo/sources.ts";
import { freePort } from "../packages/server/src/runtime/testing/free-port.ts";

const READY_WITHIN_MS = 60_000;
const directory = mkdtempSync(join(tmpdir(), "keyward-readme-"));
const started: ChildProcess[] = [];
let ports: { readonly keyward: number; readonly example: number };

before(async () => {
  ports = { keyward: await freePort(), example: await freePort() };
});

after(async () => {
  for (const child of started) await stop(child);
  rmSync(directory, { recursive: true });
});

test("the README's commands work as it says, from the first start to the protected API", async () => {
  const [, startKeyward = "", ...rest] = commandsOf(readFileSync(join(ROOT, "README.md"), "utf8"));
  const isExampleStart = (block: string) => block.startsWith("KEYWARD_TOKEN_FILE=");
  const exampleAt = rest.findIndex(isExampleStart);
  const onKeyward = rest.slice(0, exampleAt);
  const onExample = rest.slice(exampleAt + 1);

  start(startKeyward);
  await answers(`http://127.0.0.1:${ports.keyward}/readyz`);
  assert.ok(existsSync(join(directory, "management.key")));
  start(rest[exampleAt] ?? "");
  await answers(`http://127.0.0.1:${ports.example}/invoices`);

  const output = await bash([...onKeyward, ...onExample].join("\n"));
  const verdicts = output.matchAll(/"outcome":"\w+","code":"(\w+)","status":(\d+)/g);
  assert.deepEqual(
    [...verdicts].map(([, code, status]) => `${code} ${status}`),
    [
      "allowed 200",
      "insufficient_scope 403",
      "allowed 200",
      "revoked 401",
      "allowed 200",
      "disabled 401",
    ],
  );
  const invoiceLists = output.split("\n").filter((line) => line === '{"data":[]}');
  assert.equal(invoiceLists.length, 4, output);
});

function commandsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

function placed(block: string): string {
  return block
    .replaceAll("4141", String(ports.keyward))
    .replaceAll("4200", String(ports.example))
    .replaceAll("$PWD/management.key", "management.key")
    .replaceAll("management.key", join(directory, "management.key"));
}

function start(block: string): void {
  const env = {
    ...process.env,
    KEYWARD_PORT: String(ports.keyward),
    KEYWARD_METRICS_PORT: "off",
    KEYWARD_DATA: join(directory, "data"),
    PORT: String(ports.example),
    KEYWARD_URL: `http://127.0.0.1:${ports.keyward}`,
  };
  started.push(
    spawn("bash", ["-c", placed(block)], { cwd: ROOT, env, detached: true, stdio: "ignore" }),
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const exited = once(child, "exit");
  process.kill(-child.pid, "SIGTERM");
  await exited;
}

async function bash(script: string): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run("bash", ["-euc", placed(script)], { cwd: ROOT, timeout: 60_000 });
  return stdout;
}

async function answers(url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const answered = await fetch(url).then(
      ({ status }) => status < 500,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  assert.fail(`${url} did not answer within ${READY_WITHIN_MS} ms`);
}
