import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, jsonValue, property } from "fast-check";
import { parseJson } from "./json.ts";

test("any JSON value without repeated names is read as JSON.parse reads it", () => {
  check(
    property(jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      if (/__proto__|constructor|prototype/.test(text)) return;
      assert.deepEqual(parseJson(Buffer.from(text)), { ok: true, value: JSON.parse(text) });
    }),
  );
});

const REFUSED: readonly [body: string | Buffer, detail: string][] = [
  ["", "The body is not JSON"],
  ["{", "The body is not JSON"],
  ['"', "The body is not JSON"],
  ['"\\', "The body is not JSON"],
  ["{} {}", "The body is not JSON"],
  ["NaN", "The body is not JSON"],
  ["{'a':1}", "The body is not JSON"],
  ["\ufeff{}", "The body is not JSON"],
  [Buffer.from([0x22, 0xff, 0x22]), "The body is not UTF-8"],
  [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), "The body is not UTF-8"],
  [Buffer.from([0x22, 0xc0, 0xaf, 0x22]), "The body is not UTF-8"],
  ['{"a":1,"a":1}', "The body has an object with the same name twice"],
  ['{"a":1,"\\u0061":2}', "The body has an object with the same name twice"],
  ['{"b":[{"a":{},"a":{}}]}', "The body has an object with the same name twice"],
  ['{"a":{"b":1,"c":2},"a":0}', "The body has an object with the same name twice"],
  ['{"__proto__":{}}', "The body has a member __proto__"],
  ['[{"\\u005f_proto__":1}]', "The body has a member __proto__"],
  ['{"a":{"constructor":1}}', "The body has a member constructor"],
  ['{"prototype":1}', "The body has a member prototype"],
  ['{"a":["\\ud800"]}', "The body has a string with half of a surrogate pair"],
  ['{"\\udc00x":1}', "The body has a string with half of a surrogate pair"],
  ["[".repeat(33) + "]".repeat(33), "The body is nested deeper than 32"],
  ["[".repeat(500_000), "The body is nested deeper than 32"],
];

for (const [body, detail] of REFUSED) {
  test(`T37: the body ${JSON.stringify(body.toString()).slice(0, 40)} is refused: ${detail}`, () => {
    assert.deepEqual(parseJson(Buffer.from(body as string)), { ok: false, detail });
  });
}

test("colons, quotes, brackets and backslashes within strings count for nothing", () => {
  const value = { 'a:"[{\\': ':::"\\\\', b: ["}", "\\"] };
  assert.deepEqual(parseJson(Buffer.from(JSON.stringify(value))), { ok: true, value });
});

test("nesting up to the limit is read", () => {
  const parsed = parseJson(Buffer.from("[".repeat(32) + "]".repeat(32)));
  assert.equal(parsed.ok, true);
});
