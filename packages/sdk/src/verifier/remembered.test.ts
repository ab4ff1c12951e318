import assert from "node:assert/strict";
import { test } from "node:test";
import { Remembered } from "./remembered.ts";

test("a value is found by its row alone, and is gone when another took its place or everything was forgotten", () => {
  const remembered = new Remembered<object>();
  const [one, other] = [{}, {}];
  assert.equal(remembered.get(1), undefined);
  remembered.set(1, one);
  assert.equal(remembered.get(1), one);
  assert.equal(remembered.get(1 + 4_096), undefined, "the same place, another row");
  remembered.set(1 + 4_096, other);
  assert.equal(remembered.get(1), undefined);
  assert.equal(remembered.get(1 + 4_096), other);
  remembered.forget();
  assert.equal(remembered.get(1 + 4_096), undefined);
  assert.equal(remembered.get(0), undefined, "no row is none");
});
