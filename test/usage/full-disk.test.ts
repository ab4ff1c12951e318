// F03 under the counting of usage: strace has every n-th write to a file fail as on a full disk. What was acknowledged is
// there, once, and what was not is not there in part.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { instant } from "@keyward/core/time";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { checkCopy } from "../../packages/server/src/storage/sqlite/backup.ts";
import { connectToFile } from "../../packages/server/src/storage/sqlite/connection.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import {
  keyOf,
  put,
  putTenant,
  SAMPLE_NOW,
} from "../../packages/server/src/storage/testing/sample.ts";

const PROGRAM = join(import.meta.dirname, "counting-process.ts");
const BATCHES = 8;
const CELLS = 5;
const DAY_MS = 86_400_000;

const open = (directory: string) =>
  openSqliteStorage({ directory, clock: systemClock, random: systemRandom });

for (const nth of [1, 8, 11, 13, 21, 34, 55]) {
  test(`F03, K7: where every write number ${nth} meets a full disk, just what was acknowledged is counted`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "keyward-full-"));
    try {
      await countOnFullDisk(directory, nth);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

async function countOnFullDisk(directory: string, nth: number): Promise<void> {
  const before = await open(directory);
  const tenant = await putTenant(before);
  const key = keyOf(tenant);
  await put(before, tenant.scope, key);
  await before.close();
  const said = await countUnderStrace(nth, directory, [tenant.workspace.id, key.id, `${BATCHES}`]);
  const counted = said.filter((line) => line.startsWith("counted "));
  const failures = said.filter((line) => !line.startsWith("counted "));
  assert.deepEqual([...new Set(failures)], ["storage_full"]);
  if (nth === 1) assert.equal(counted.length, 0);
  if (nth >= 21) assert.equal(counted.length, BATCHES);
  const after = await open(directory);
  const [sum] = await after.usage.sum(tenant.scope, {
    grain: "day",
    from: instant(SAMPLE_NOW - DAY_MS),
    to: instant(SAMPLE_NOW + DAY_MS),
    filter: { keyId: key.id },
    by: [],
    byBucket: false,
  });
  await after.close();
  checkCopy(join(directory, "keyward.db"), connectToFile);
  assert.equal(sum?.count ?? 0, counted.length * CELLS);
}

async function countUnderStrace(
  nth: number,
  directory: string,
  of: readonly string[],
): Promise<readonly string[]> {
  const inject = `inject=pwrite64:error=ENOSPC:when=${nth}+${nth}`;
  const files = ["keyward.db", "keyward.db-wal"].flatMap((name) => ["-P", join(directory, name)]);
  const strace = ["-f", "-qq", "-o", "/dev/null", ...files, "-e", "trace=pwrite64", "-e", inject];
  const node = [process.execPath, "--conditions=@keyward/source", PROGRAM, directory];
  const { stdout } = await promisify(execFile)("strace", [...strace, ...node, ...of]);
  return stdout.trim().split("\n");
}
