import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

test("every generated file is what its source makes today", () => {
  const program = fileURLToPath(new URL("../../tools/generate.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [program, "--check"], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "--conditions=@keyward/source" },
  });
  assert.equal(status, 0, stderr);
});
