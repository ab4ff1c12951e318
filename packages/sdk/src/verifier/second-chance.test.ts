import assert from "node:assert/strict";
import { test } from "node:test";
import { SecondChance } from "./second-chance.ts";

const isTaken = () => true;

function chancesOf(...rows: readonly number[]): SecondChance {
  const chances = new SecondChance();
  for (const row of rows) chances.begin(row);
  return chances;
}

test("a row that was used again since the hand last passed is spared, once", () => {
  const chances = chancesOf(1, 2, 3, 4);
  for (const row of [1, 1, 2, 3, 3]) chances.use(row);
  assert.equal(chances.choose(5, isTaken), 2);
  chances.begin(2);
  assert.equal(chances.choose(5, isTaken), 4);
  assert.equal(chances.choose(5, isTaken), 1);
});

test("where every row was used, the one that the hand meets first goes, but never the newest", () => {
  const chances = chancesOf(3, 2, 1);
  for (const row of [1, 2, 3, 1, 2, 3]) chances.use(row);
  assert.equal(chances.choose(4, isTaken), 2);
});

test("a row with nothing in it is never chosen, and marks reach beyond what there was room for", () => {
  const chances = chancesOf(5_001, 5_000, 4_999);
  for (const row of [5_000, 5_000]) chances.use(row);
  assert.equal(
    chances.choose(5_002, (row) => row >= 5_000),
    5_001,
  );
});
