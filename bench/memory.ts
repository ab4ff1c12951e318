// What a key costs in memory: the growth of everything that the process holds, after a full collection.
import type { CommittedChange } from "@keyward/core/feed/change";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import { Population } from "./population.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = 1_000_000;
/** Enough for the plain form, whose cost per key does not depend on the number. */
const PLAIN_KEYS = 100_000;

export const suite: Suite = {
  run() {
    const plain = bytesPerKey(new Population({ keys: PLAIN_KEYS, keysPerOwner: 3 }), new Plain());
    const rows = [3, 1].map((keysPerOwner): Row => {
      const population = new Population({ keys: KEYS, keysPerOwner });
      const value = bytesPerKey(population, new Verifier());
      const name = keysPerOwner === 1 ? "memory.per_key.own_owner" : "memory.per_key";
      return { name, value, unit: "bytes", baseline: plain, ratio: value / plain };
    });
    return Promise.resolve(rows);
  },
};

interface Store {
  apply(changes: readonly CommittedChange[]): void;
  readonly keyCount: number;
}

/** The obvious form: the records as they come, in a Map by digest. */
class Plain implements Store {
  readonly #byDigest = new Map<string, unknown>();
  readonly #byId = new Map<string, unknown>();

  get keyCount(): number {
    return this.#byDigest.size;
  }

  apply(changes: readonly CommittedChange[]): void {
    for (const { change } of changes) {
      this.#byId.set(change.id, change.value);
      if (change.entity !== "key") continue;
      for (const { digest } of change.value?.secrets ?? []) {
        this.#byDigest.set(digest, change.value);
      }
    }
  }
}

function bytesPerKey(population: Population, store: Store): number {
  const before = heldBytes();
  for (const batch of population.changes()) store.apply(batch);
  const after = heldBytes();
  if (store.keyCount !== population.keyCount) throw new Error("not all keys were loaded");
  return (after - before) / population.keyCount;
}

function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  // `external` has the array buffers in it.
  return heapUsed + external;
}
