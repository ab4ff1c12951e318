import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readOrCreateFile } from "./durable-file.ts";

test("what two processes make at once is one of the two, for both, and nothing else is left", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-test-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "server.key");
  // The other one is through between the look whether there is one and the making of one's own.
  const own = readOrCreateFile(path, () => {
    assert.deepEqual(
      readOrCreateFile(path, () => Buffer.from("other")),
      Buffer.from("other"),
    );
    return Buffer.from("own");
  });
  assert.deepEqual(own, Buffer.from("other"));
  assert.deepEqual(readFileSync(path), Buffer.from("other"));
  assert.deepEqual(readdirSync(directory), ["server.key"]);
});
