// What counting costs: of a decision, of a report that is written, and of the question that an overview asks.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
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
import type { Row, Size, Suite } from "./suite.ts";

const DECISIONS = 2_000_000;
const KEYS = 1_000;
const BATCHES = 20;
const CELLS_PER_BATCH = 1_000;
const QUERIED_KEYS = { default: 1_000, million: 10_000 } as const satisfies Record<Size, number>;
const QUERIED_DAYS = 90;
const ASKED = 40;

export const suite: Suite = {
  async run(size) {
    return [overhead(), ...(await ingest()), ...(await questions(QUERIED_KEYS[size]))];
  },
};

/** Nanoseconds to count one decision about one of many keys, each with its address and tag. */
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
  return { name: "usage.overhead", value: run(), unit: "ns", baseline: null, ratio: null };
}

/** Cells per second, durable and in every grain, and how long others waited meanwhile at most, of a hundred. */
async function ingest(): Promise<readonly Row[]> {
  return await withStorage(async (storage) => {
    const { scope, cellsOf } = await populate(storage);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const startedMs = performance.now();
    for (let sequence = 1; sequence <= BATCHES; sequence++) {
      const of = {
        source: "source-of-the-bench",
        sequence,
        uses: [],
        strangers: [],
        needs: [],
        log: [],
      };
      await storage.usage.count(scope, null, { ...of, cells: cellsOf(sequence) }, SAMPLE_NOW);
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    delay.disable();
    const none = { baseline: null, ratio: null };
    return [
      { name: "usage.ingest", value: (BATCHES * CELLS_PER_BATCH) / seconds, unit: "1/s", ...none },
      { name: "usage.ingest.delay_p99", value: delay.percentile(99) / 1e6, unit: "ms", ...none },
    ];
  });
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

async function populate(storage: Storage) {
  const tenant = await putTenant(storage);
  const keys = Array.from({ length: 100 }, () => keyOf(tenant));
  for (const key of keys) await put(storage, tenant.scope, key);
  const minute = Math.floor(instant(SAMPLE_NOW) / 60_000);
  const cellsOf = (sequence: number): readonly UsageCell[] =>
    Array.from({ length: CELLS_PER_BATCH }, (_, index) => {
      const keyId = keys[index % keys.length]?.id ?? null;
      const at = minute - sequence * 10 - Math.floor(index / keys.length);
      return { minute: at, keyId, code: "allowed", tag: "", count: 3, cost: 3 };
    });
  return { scope: tenant.scope, cellsOf };
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
