import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "./crc32.ts";

test("the checksum is CRC-32/ISO-HDLC, by its published check values", () => {
  assert.equal(crc32("123456789"), 0xcbf43926);
  assert.equal(crc32(""), 0);
  assert.equal(crc32("a"), 0xe8b7be43);
});
