// What counting costs: of a decision, of a report that is written, and of the question that an overview asks.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { KeyId, SecretId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { UsageCell } from "@keyward/core/usage/cell";
import { UsageMeter } from "@keyward/core/usage/meter";
import { systemClock } from "../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../packages/server/src/runtime/random.ts";
import { openSqliteStorage } from "../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import type { Storage } from "../packages/server/src/storage/storage.ts";
import type { UsageQuestion } from "../packages/server/src/storage/usage.ts";
import {
  keyOf,
  put,
  putTenant,
  SAMPLE_NOW,
} from "../packages/server/src/storage/testing/sample.ts";
import { ingest } from "./ingest.ts";
import type { Row, Size, Suite } from "./suite.ts";

const DECISIONS = 2_000_000;
const KEYS = 1_000;
/** Of the counting that is usual, which takes so much longer. */
const UPDATES = 2_000;
const CELLS_PER_BATCH = 1_000;
const QUERIED_KEYS = { default: 1_000, million: 10_000 } as const satisfies Record<Size, number>;
const QUERIED_DAYS = 90;
const ASKED = 40;

export const suite: Suite = {
  async run(size) {
    return [
      overhead(),
      ...(await withStorage((storage) => ingest("usage.ingest", storage))),
      ...(await questions(QUERIED_KEYS[size])),
    ];
  },
};

/** Nanoseconds to count one decision about one of many keys, each with its address and tag; against an UPDATE for each. */
function overhead(): Row {
  const meter = new UsageMeter();
  const secrets = Array.from({ length: KEYS }, (_, number) => {
    return { keyId: `key_${number}` as KeyId, secretId: `sec_${number}` as SecretId };
  });
  const told = { context: { ip: "192.0.2.7" }, tag: "GET/things", scopes: ["things:read"] };
  const run = () => {
    const startedMs = performance.now();
    for (let number = 0; number < DECISIONS; number++) {
      const secret = secrets[(number * 7) % KEYS];
      if (secret !== undefined) meter.record(secret, "allowed", SAMPLE_NOW, told);
    }
    return ((performance.now() - startedMs) * 1e6) / DECISIONS;
  };
  run();
  const value = run();
  const baseline = updating();
  return { name: "usage.overhead", value, unit: "ns", baseline, ratio: value / baseline };
}

/** What is counted by one UPDATE for each request, in SQLite with a log written ahead, as fast as that is safe. */
function updating(): number {
  const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
  const database = new DatabaseSync(join(directory, "naive.db"));
  try {
    database.exec("pragma journal_mode = wal; pragma synchronous = normal");
    database.exec("create table keys (id integer primary key, uses integer, last_used_at integer)");
    const insert = database.prepare("insert into keys values (?, 0, 0)");
    for (let number = 0; number < KEYS; number++) insert.run(number);
    const update = database.prepare(
      "update keys set uses = uses + 1, last_used_at = ? where id = ?",
    );
    const startedMs = performance.now();
    for (let number = 0; number < UPDATES; number++) update.run(SAMPLE_NOW, (number * 7) % KEYS);
    return ((performance.now() - startedMs) * 1e6) / UPDATES;
  } finally {
    database.close();
    rmSync(directory, { recursive: true });
  }
}

/** SQLite in a directory of its own, which is gone afterwards. */
async function withStorage<Result>(work: (storage: Storage) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
  const storage = await openSqliteStorage({
    directory,
    clock: systemClock,
    random: systemRandom,
  });
  try {
    return await work(storage);
  } finally {
    await storage.close();
    rmSync(directory, { recursive: true });
  }
}

/**
 * What an overview asks about up to ninety days in which every key was used every day: p95 in milliseconds of the verdicts by
 * day, and of the sums of every key, of which a list shows the top.
 */
async function questions(keyCount: number): Promise<readonly Row[]> {
  return await withStorage(async (storage) => {
    const scope = await useDaily(storage, keyCount);
    const p95Of = async (question: Pick<UsageQuestion, "by" | "byBucket">) => {
      const took: number[] = [];
      for (let asked = 0; asked < ASKED; asked++) {
        const startedMs = performance.now();
        await storage.usage.sum(scope, {
          ...since(QUERIED_DAYS - (asked % DAYS_APART)),
          ...question,
        });
        took.push(performance.now() - startedMs);
      }
      return took.toSorted((left, right) => left - right)[Math.floor(ASKED * 0.95)] ?? Number.NaN;
    };
    const row = { unit: "ms", baseline: null, ratio: null };
    return [
      { name: "usage.query", value: await p95Of({ by: ["code"], byBucket: true }), ...row },
      { name: "usage.query.top", value: await p95Of({ by: ["key"], byBucket: false }), ...row },
    ];
  });
}

const DAY_MS = 86_400_000;
/** What a sum is read from depends on where the range begins: nobody is to be asked at a lucky day only. */
const DAYS_APART = 16;

function since(days: number) {
  return {
    grain: "day",
    from: instant(SAMPLE_NOW - days * DAY_MS),
    to: instant(SAMPLE_NOW + DAY_MS),
    filter: {},
  } as const;
}

async function useDaily(storage: Storage, keyCount: number) {
  const tenant = await putTenant(storage);
  const keys = Array.from({ length: keyCount }, () => keyOf(tenant));
  for (const key of keys) await put(storage, tenant.scope, key);
  const of = { source: "source-of-the-bench", uses: [], strangers: [], needs: [], log: [] };
  let sequence = 0;
  for (let day = 0; day < QUERIED_DAYS; day++) {
    const minute = Math.floor((SAMPLE_NOW - day * DAY_MS) / 60_000);
    for (let first = 0; first < keyCount; first += CELLS_PER_BATCH) {
      const cells = keys.slice(first, first + CELLS_PER_BATCH).map(({ id: keyId }): UsageCell => {
        return { minute, keyId, code: "allowed", tag: "", count: 3, cost: 3 };
      });
      sequence += 1;
      await storage.usage.count(tenant.scope, null, { ...of, sequence, cells }, SAMPLE_NOW);
    }
  }
  return tenant.scope;
}
