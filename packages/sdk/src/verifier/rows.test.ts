import assert from "node:assert/strict";
import { test } from "node:test";
import { Rows } from "./rows.ts";

test("rows are numbered from 1, keep their words through growth, and are zero when they are used again", () => {
  const rows = new Rows(3);
  for (let row = 1; row <= 30_000; row++) {
    assert.equal(rows.add(), row);
    rows.set(row, 2, 0xffff_ffff - row);
  }
  for (let row = 1; row <= 30_000; row++) assert.equal(rows.get(row, 2), 4_294_967_295 - row);
  rows.remove(17);
  assert.equal(rows.count, 29_999);
  assert.equal(rows.add(), 17);
  assert.equal(rows.get(17, 2), 0);
});

test("writing to a row that was never there is a defect", () => {
  assert.throws(() => new Rows(1).set(1, 0, 1), RangeError);
});
