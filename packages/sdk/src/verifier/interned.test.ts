import assert from "node:assert/strict";
import { test } from "node:test";
import { Interned } from "./interned.ts";

test("a value is made once, lives as long as anyone refers to it, and is then given back", () => {
  const pool = new Interned<{ readonly name: string }>();
  const first = pool.acquire("a", () => ({ name: "a" }));
  assert.equal(
    pool.acquire("a", () => assert.fail("made twice")),
    first,
  );
  assert.equal(pool.release(first), undefined);
  assert.deepEqual(pool.release(first), { name: "a" });
  assert.equal(pool.count, 0);
  assert.equal(pool.find("a"), 0);
  assert.throws(() => pool.at(first), RangeError);
});

test("churn does not leak: a row that was given back is the next to be used", () => {
  const pool = new Interned<number>();
  const rows = new Set<number>();
  for (let round = 0; round < 1_000; round++) {
    const row = pool.acquire(`text ${round}`, () => round);
    rows.add(row);
    pool.release(row);
  }
  assert.deepEqual([...rows], [1]);
});
