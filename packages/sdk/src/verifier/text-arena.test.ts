import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { TextArena } from "./text-arena.ts";

test("every text is read as it was added, across blocks", () => {
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 2_000 }), { maxLength: 500 });
  fc.assert(
    fc.property(texts, (all) => {
      const arena = new TextArena();
      const addresses = all.map((text) => arena.add(text));
      assert.deepEqual(
        addresses.map((address) => arena.read(address)),
        all,
      );
    }),
    { numRuns: 30 },
  );
});

test("what is removed counts as dead, to the byte", () => {
  const arena = new TextArena();
  arena.add("customer-1");
  arena.remove(arena.add("grüße"));
  assert.equal(arena.usedBytes, 21);
  assert.equal(arena.liveBytes, 12);
});

test("a text that may not fit is refused", () => {
  assert.throws(() => new TextArena().add("x".repeat(21_846)), RangeError);
  assert.equal(new TextArena().add("x".repeat(21_845)), 0);
});
