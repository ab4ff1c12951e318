import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { EMPTY, HashIndex } from "./hash-index.ts";

/** Few hashes for many rows, so that runs of slots collide, wrap around and must be closed again. */
const hashOf = (row: number) => Math.imul(row % 37, 0x9e3779b9) - (row % 3);

function rowsWithHash(index: HashIndex, hash: number): number[] {
  const rows: number[] = [];
  for (let slot = index.start(hash); ; slot = index.after(slot)) {
    const row = index.rowAt(slot, hash);
    if (row === EMPTY) return rows;
    if (row > 0) rows.push(row);
  }
}

test("an index finds exactly the rows that were added and not removed, through growth and collisions", () => {
  const rows = fc.uniqueArray(fc.integer({ min: 1, max: 2_000 }), { maxLength: 2_000 });
  fc.assert(
    fc.property(rows, fc.array(fc.boolean(), { minLength: 10 }), (added, pattern) => {
      const index = new HashIndex(hashOf);
      for (const row of added) index.add(row);
      const isKept = (at: number) => pattern[at % pattern.length] === true;
      for (const [at, row] of added.entries()) if (!isKept(at)) index.remove(row);
      for (const [at, row] of added.entries()) {
        assert.equal(rowsWithHash(index, hashOf(row)).includes(row), isKept(at));
      }
    }),
    { numRuns: 50 },
  );
});

test("removing a row that is not there is a defect, not a silent loss", () => {
  const index = new HashIndex(hashOf);
  index.add(1);
  assert.throws(() => index.remove(2), /the index has no row 2/);
});
