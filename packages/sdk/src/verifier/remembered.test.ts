import assert from "node:assert/strict";
import { test } from "node:test";
import { Remembered } from "./remembered.ts";

test("a value is kept from the second time on, until another row needs the place, or everything was forgotten", () => {
  const remembered = new Remembered<object>();
  const [one, other] = [{}, {}];
  remembered.set(1, one);
  assert.equal(remembered.get(1), undefined);
  remembered.set(1, one);
  assert.equal(remembered.get(1), one);
  assert.equal(remembered.get(2), undefined);
  remembered.set(1 + 4_096, other);
  assert.equal(remembered.get(1), one);
  remembered.set(1 + 4_096, other);
  assert.equal(remembered.get(1), other);
  remembered.forget();
  assert.equal(remembered.get(1), undefined);
});
