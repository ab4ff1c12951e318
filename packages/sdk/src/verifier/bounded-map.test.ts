import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundedMap } from "./bounded-map.ts";

test("K8: a bounded map holds no more than its bound, and lets go of the oldest", () => {
  const map = new BoundedMap<number, string>(3);
  for (let key = 0; key < 5; key++) map.add(key, `value ${key}`);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((key) => map.get(key)),
    [undefined, undefined, "value 2", "value 3", "value 4"],
  );
});
