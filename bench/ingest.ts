// How fast reports of usage are written, by one reporter, whatever the database.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { instant } from "@keyward/core/time";
import type { UsageCell } from "@keyward/core/usage/cell";
import type { Storage } from "../packages/server/src/storage/storage.ts";
import {
  keyOf,
  put,
  putTenant,
  SAMPLE_NOW,
} from "../packages/server/src/storage/testing/sample.ts";
import type { Row } from "./suite.ts";

const BATCHES = 20;
const CELLS_PER_BATCH = 1_000;

/** Cells per second, durable and in every grain, and how long others waited meanwhile at most, of a hundred. */
export async function ingest(name: string, storage: Storage): Promise<readonly Row[]> {
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
    { name, value: (BATCHES * CELLS_PER_BATCH) / seconds, unit: "1/s", ...none },
    { name: `${name}.delay_p99`, value: delay.percentile(99) / 1e6, unit: "ms", ...none },
  ];
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
