import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { digestFromBytes, digestFromHex, digestKey, digestToBytes, digestToHex } from "./digest.ts";

const ABC_HEX = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("the digest is SHA-256, by the example of FIPS 180-2, in 32 characters of one byte", () => {
  const digest = digestKey("abc");
  assert.equal(digest.length, 32);
  assert.equal(digestToHex(digest), ABC_HEX);
  assert.equal(Buffer.from(digest, "latin1").toString("hex"), ABC_HEX);
});

test("a digest survives the way through bytes and through hexadecimal digits", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const digest = digestFromBytes(bytes);
      assert.deepEqual(digestToBytes(digest), bytes);
      assert.equal(digestFromHex(digestToHex(digest)), digest);
      assert.equal(digestFromHex(digestToHex(digest).toUpperCase()), digest);
    }),
  );
});

test("what is not a digest does not become one", () => {
  for (const text of [
    "",
    "abc",
    ABC_HEX.slice(1),
    `${ABC_HEX}0`,
    `${ABC_HEX}\n`,
    `g${ABC_HEX.slice(1)}`,
  ]) {
    assert.equal(digestFromHex(text), undefined);
  }
  assert.throws(() => digestFromBytes(new Uint8Array(31)), RangeError);
  assert.throws(() => digestFromBytes(new Uint8Array(33)), RangeError);
});
