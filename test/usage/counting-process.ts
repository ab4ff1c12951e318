// Counts batches of usage in a database, each until it is acknowledged: `node counting-process.ts DIRECTORY SCOPE KEY BATCHES`.
// Prints `counted SEQUENCE` for what was acknowledged, and the code of every failure.
import { parseId } from "@keyward/core/id";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import { StorageOpenError } from "../../packages/server/src/storage/storage-open-error.ts";
import { tenantScope } from "../../packages/server/src/storage/storage.ts";
import type { Storage } from "../../packages/server/src/storage/storage.ts";
import { SAMPLE_NOW } from "../../packages/server/src/storage/testing/sample.ts";
import { USAGE_MINUTE } from "../../packages/server/src/storage/testing/usage-isolation.ts";

const [, , directory = "", workspace = "", key = "", batches = "0"] = process.argv;
const TRIES = 20;
const CELLS = 5;

const scope = tenantScope(parseId("workspace", workspace) ?? fail());
const keyId = parseId("key", key) ?? fail();

const options = { directory, clock: systemClock, random: systemRandom };
const storage = await untilDone(() => openSqliteStorage(options));
if (storage !== undefined) {
  for (let sequence = 1; sequence <= Number(batches); sequence++) await countOne(storage, sequence);
  await storage.close().catch((error: unknown) => say(codeOf(error)));
}

async function countOne({ usage }: Storage, sequence: number): Promise<void> {
  const cells = Array.from({ length: CELLS }, (_, number) => {
    const minute = USAGE_MINUTE - sequence - number;
    return { minute, keyId, code: "allowed", tag: `t${number}`, count: 1, cost: 0 } as const;
  });
  const rest = { uses: [], strangers: [], needs: [], log: [] };
  const batch = { source: "counting-process", sequence, cells, ...rest };
  const counted = await untilDone(() => usage.count(scope, null, batch, SAMPLE_NOW));
  if (counted !== undefined) say(`counted ${sequence}`);
}

/** Tells of every failure; `undefined` when it fails again and again. */
async function untilDone<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await action();
    } catch (error) {
      say(codeOf(error));
    }
  }
  return undefined;
}

function codeOf(error: unknown): string {
  if (error instanceof StorageOpenError) return codeOf(error.cause);
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(): never {
  throw new Error("node counting-process.ts DIRECTORY SCOPE KEY BATCHES");
}
