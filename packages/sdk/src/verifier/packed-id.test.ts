import assert from "node:assert/strict";
import { test } from "node:test";
import { formatId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import * as fc from "fast-check";
import { packId, unpackId } from "./packed-id.ts";

function roundTrip(id: string): string {
  const words = new Uint32Array(4);
  packId(id, words);
  const [first = 0, second = 0, third = 0, fourth = 0] = words;
  return unpackId(id.slice(0, 3), [first, second, third, fourth]);
}

test("every id that can be made survives four words", () => {
  const made = fc
    .tuple(
      fc.integer({ min: 0, max: 253402300799999 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
    )
    .map(([at, random]) => formatId("key", instant(at), random));
  fc.assert(fc.property(made, (id) => assert.equal(roundTrip(id), id)));
});

test("the least and the greatest id survive", () => {
  for (const id of [`sec_${"0".repeat(26)}`, `own_7${"z".repeat(25)}`]) {
    assert.equal(roundTrip(id), id);
  }
});

test("what is no id is refused, not packed into another one's words", () => {
  const words = new Uint32Array(4);
  for (const text of [
    "",
    "key_1",
    `key_8${"0".repeat(25)}`,
    `key_${"0".repeat(25)}u`,
    `key_${"0".repeat(25)}é`,
  ]) {
    assert.throws(() => packId(text, words), RangeError, text);
  }
});
