// K7 at size: a million cells, told in batches that are repeated and come in another order.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { instant } from "@keyward/core/time";
import type { UsageCell } from "@keyward/core/usage/cell";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import type { Storage } from "../../packages/server/src/storage/storage.ts";
import {
  keyOf,
  put,
  putTenant,
  SAMPLE_NOW,
} from "../../packages/server/src/storage/testing/sample.ts";
import { USAGE_MINUTE } from "../../packages/server/src/storage/testing/usage-isolation.ts";

const KEYS = 100;
const MINUTES_PER_BATCH = 10;
const BATCHES = 1_000;
const DAY_MS = 86_400_000;

test("K7: a million cells of a hundred keys, every third batch told twice and each pair of batches the wrong way round, add up to what they hold", async () => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-million-"));
  const storage = await openSqliteStorage({ directory, clock: systemClock, random: systemRandom });
  try {
    await countMillion(storage);
  } finally {
    await storage.close();
    rmSync(directory, { recursive: true });
  }
});

async function countMillion(storage: Storage): Promise<void> {
  const tenant = await putTenant(storage);
  const { scope } = tenant;
  const keys = Array.from({ length: KEYS }, () => keyOf(tenant));
  for (const key of keys) await put(storage, scope, key);
  const rest = { uses: [], strangers: [], needs: [], log: [] };
  for (let place = 0; place < BATCHES; place++) {
    // 2, 1, 4, 3, …
    const sequence = place % 2 === 0 ? place + 2 : place;
    const cells = keys.flatMap(({ id: keyId }) =>
      Array.from({ length: MINUTES_PER_BATCH }, (_, number): UsageCell => {
        const minute = USAGE_MINUTE - sequence * MINUTES_PER_BATCH - number;
        return { minute, keyId, code: "allowed", tag: "", count: 2, cost: 1 };
      }),
    );
    const batch = { source: "a-million-cells", sequence, cells, ...rest };
    for (const outcome of place % 3 === 0 ? ["counted", "repeated"] : ["counted"]) {
      const counted = await storage.usage.count(scope, null, batch, SAMPLE_NOW);
      assert.equal(counted.outcome, outcome);
    }
  }
  const range = { from: instant(SAMPLE_NOW - 40 * DAY_MS), to: instant(SAMPLE_NOW + DAY_MS) };
  const question = { ...range, grain: "day", filter: {}, by: ["key"], byBucket: false } as const;
  const sums = await storage.usage.sum(scope, question);
  assert.equal(sums.length, KEYS);
  assert.deepEqual(
    [...new Set(sums.map(({ count, cost }) => `${count} ${cost}`))],
    ["20000 10000"],
  );
  const days = await storage.usage.sum(scope, { ...question, by: ["code"], byBucket: true });
  assert.equal(
    days.reduce((total, { count }) => total + count, 0),
    2_000_000,
  );
}
