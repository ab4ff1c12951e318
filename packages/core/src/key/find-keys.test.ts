import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { findKeys, KeyFinder } from "./find-keys.ts";
import type { FoundKey } from "./find-keys.ts";
import { formatKey } from "./format.ts";

const aKey = fc
  .record({
    brand: fc.constantFrom("acme", "ab", "a234567890123456"),
    kind: fc.constantFrom("secret", "publishable", "pat", "client_secret"),
    environment: fc.constantFrom("live", "test"),
    random: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  })
  .map((parts) => formatKey(parts).reveal());

const KEY = formatKey({
  brand: "acme",
  kind: "secret",
  environment: "live",
  random: new Uint8Array(32).fill(7),
}).reveal();

function places(found: readonly FoundKey[]): readonly string[] {
  return found.map(({ line, column, text }) => `${line}:${column} ${text}`);
}

test("keys are found with their lines and columns, both from 1", () => {
  const found = findKeys(`${KEY}\nsecond "${KEY}"\r\n\n  x=${KEY};${KEY}`);
  assert.deepEqual(places(found), [`1:1 ${KEY}`, `2:9 ${KEY}`, `4:5 ${KEY}`, `4:65 ${KEY}`]);
});

test("a look-alike with a wrong checksum, a longer word and a key cut short are not found", () => {
  const wrong = KEY.slice(0, -1) + (KEY.endsWith("0") ? "1" : "0");
  assert.deepEqual(findKeys(`${wrong} ${KEY}0 x_${KEY} ${KEY.slice(0, -1)}`), []);
});

test("a key that follows a look-alike is found", () => {
  const wrong = KEY.slice(0, -1) + (KEY.endsWith("0") ? "1" : "0");
  assert.deepEqual(places(findKeys(`${wrong},${KEY}`)), [`1:61 ${KEY}`]);
});

test("however a text is cut into pieces, the same keys are found at the same places", () => {
  const filler = fc.string({ unit: fc.constantFrom("a", "_", "\n", " ", "0", "é"), maxLength: 90 });
  const texts = fc.array(fc.oneof(aKey, filler), { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, fc.array(fc.nat(100), { maxLength: 20 }), (text, lengths) => {
      const finder = new KeyFinder();
      const found: FoundKey[] = [];
      let at = 0;
      for (const length of lengths) {
        found.push(...finder.push(text.slice(at, at + length)));
        at += length;
      }
      found.push(...finder.push(text.slice(at)), ...finder.finish());
      assert.deepEqual(found, findKeys(text));
    }),
    { numRuns: 2_000 },
  );
});

test("every key that can be written is found between other words", () => {
  fc.assert(
    fc.property(fc.array(aKey, { minLength: 1, maxLength: 4 }), (keys) => {
      assert.deepEqual(
        findKeys(keys.join(" ")).map(({ text }) => text),
        keys,
      );
    }),
  );
});
