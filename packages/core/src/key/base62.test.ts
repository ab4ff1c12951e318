import assert from "node:assert/strict";
import { test } from "node:test";
import { base62Value, encodeBase62, encodeBase62Number } from "./base62.ts";

test("numbers are written big-endian and padded with the digit zero", () => {
  assert.equal(encodeBase62(Uint8Array.of(0), 3), "000");
  assert.equal(encodeBase62(Uint8Array.of(61), 3), "00z");
  assert.equal(encodeBase62(Uint8Array.of(62), 3), "010");
  assert.equal(encodeBase62(Uint8Array.of(1, 0), 3), "048");
  assert.equal(encodeBase62Number(2 ** 32 - 1, 6), "4gfFC3");
});

test("a number that does not fit is refused instead of cut", () => {
  assert.throws(() => encodeBase62(Uint8Array.of(62), 1), RangeError);
  assert.throws(() => encodeBase62Number(62, 1), RangeError);
});

test("the bytes given are left as they were", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  encodeBase62(bytes, 5);
  assert.deepEqual(bytes, Uint8Array.of(1, 2, 3));
});

test("only the 62 characters have a value, in the order digits, upper case, lower case", () => {
  const values = ["0", "9", "A", "Z", "a", "z"].map((text) => base62Value(text.charCodeAt(0)));
  assert.deepEqual(values, [0, 9, 10, 35, 36, 61]);
  let members = 0;
  for (let code = 0; code < 0x1_0000; code++) if (base62Value(code) >= 0) members++;
  assert.equal(members, 62);
});
