import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { test } from "node:test";
import * as fc from "fast-check";
import { isSame } from "./is-same.ts";

test("the order of names means nothing, that of a list does", () => {
  assert.ok(isSame({ a: 1, b: [null, "x"] }, { b: [null, "x"], a: 1 }));
  assert.ok(!isSame(["a", "b"], ["b", "a"]));
});

test("what differs anywhere is not the same", () => {
  const pairs = [
    [null, {}],
    [{}, []],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
    ["1", 1],
    [{ toString: 1 }, { a: 1 }],
  ] as const;
  for (const [one, other] of pairs) {
    assert.ok(!isSame(one, other));
    assert.ok(!isSame(other, one));
  }
});

test("it judges JSON as the platform does", () => {
  const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(json, json, (one, other) => {
      assert.equal(isSame(one, other), isDeepStrictEqual(one, other));
      assert.ok(isSame(one, structuredClone(one)));
    }),
  );
});
