import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, afterEach, test } from "node:test";
import { Secret } from "@keyward/core/key/secret";
import { fileDelivery } from "./first-key.ts";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "keyward-first-key-"));
  file = join(directory, "first.key");
});
afterEach(() => rmSync(directory, { recursive: true }));

test("the key is in the file, for its owner alone, once it is published", async () => {
  const delivery = fileDelivery(file);
  await delivery.stage(Secret.of("the key"));
  assert.equal(existsSync(file), false);
  delivery.publish();
  assert.equal(readFileSync(file, "utf8"), "the key\n");
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a process that died after the commit loses no key: the next start publishes it", async () => {
  await fileDelivery(file).stage(Secret.of("the key"));
  fileDelivery(file).publish();
  assert.equal(readFileSync(file, "utf8"), "the key\n");
});

test("a process that died before the commit leaves nothing that counts: the next start stages another", async () => {
  await fileDelivery(file).stage(Secret.of("never valid"));
  await fileDelivery(file).stage(Secret.of("the key"));
  fileDelivery(file).publish();
  assert.equal(readFileSync(file, "utf8"), "the key\n");
});

test("a file that is there already is never written over", async () => {
  writeFileSync(file, "of another installation");
  await assert.rejects(fileDelivery(file).stage(Secret.of("the key")), /is there already/);
  fileDelivery(file).publish();
  assert.equal(readFileSync(file, "utf8"), "of another installation");
});
