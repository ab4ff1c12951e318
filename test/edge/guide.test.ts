// Runs the commands of docs/guides/edge.md as they stand there, one after the other, before a real server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startKeyward } from "../cli/running-keyward.ts";
import { ROOT } from "../repo/sources.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const RUN_MS_MAX = 60_000;

test("the commands of docs/guides/edge.md start two edges, and both let the key in", async () => {
  const guide = readFileSync(join(ROOT, "docs/guides/edge.md"), "utf8");
  const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? "");
  const commands = blocks.join("\n").replaceAll("127.0.0.1:4151", `127.0.0.1:${await freePort()}`);
  const keyward = await startKeyward();
  try {
    const ends = "trap 'kill $(jobs -p); wait' EXIT";
    const script = `set -euo pipefail\n${ends}\n${commands}`;
    const said = await run(script.replaceAll("npx keyward", "keyward"), keyward);
    assert.equal(said.match(/"status":"ready"/g)?.length, 2, said);
    assert.equal(said.match(/"outcome":"allowed"/g)?.length, 2, said);
  } finally {
    await keyward.stop();
  }
});

function run(
  script: string,
  { directory, env }: { readonly directory: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn("bash", ["-c", script], { cwd: directory, env, timeout: RUN_MS_MAX });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  child.on("error", reject);
  child.on("exit", (code) => (code === 0 ? resolve(said) : reject(new Error(`${code}: ${said}`))));
  return promise;
}
