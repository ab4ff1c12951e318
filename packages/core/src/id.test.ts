import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { formatId, ID_RANDOM_BYTES, parseId } from "./id.ts";
import type { IdKind } from "./id.ts";
import { instant } from "./time.ts";

/** A kind without a prefix here does not compile. */
const PREFIXES: Readonly<Record<IdKind, string>> = {
  workspace: "wsp_",
  api: "api_",
  role: "rol_",
  owner: "own_",
  key: "key_",
  secret: "sec_",
  plan: "pln_",
  event: "evt_",
  member: "mem_",
  session: "ses_",
  revocation: "rvk_",
  webhook: "whk_",
  delivery: "dlv_",
  client: "cli_",
  signingKey: "sgk_",
  token: "tok_",
  log: "log_",
  policy: "pol_",
  charge: "chg_",
  login: "lgn_",
};
const KINDS = Object.keys(PREFIXES) as IdKind[];
const LAST_INSTANT = 253_402_300_799_999;
const anyKind = fc.constantFrom(...KINDS);
const anyInstant = fc.integer({ min: 0, max: LAST_INSTANT }).map(instant);
const anyRandom = fc.uint8Array({ minLength: ID_RANDOM_BYTES, maxLength: ID_RANDOM_BYTES });
const zeros = new Uint8Array(ID_RANDOM_BYTES);

test("an id is a prefix for its kind, ten characters of time and sixteen of chance", () => {
  const random = Uint8Array.from([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x00, 0xff]);
  assert.equal(formatId("key", instant(0), zeros), "key_00000000000000000000000000");
  assert.equal(
    formatId("workspace", instant(1_767_225_600_000), random),
    "wsp_01kdvdna0004hmasw9nf6yy07z",
  );
  assert.equal(
    formatId(
      "event",
      instant(LAST_INSTANT),
      zeros.map(() => 0xff),
    ),
    "evt_76ez91zpzzzzzzzzzzzzzzzzzz",
  );
});

test("each kind has its own prefix", () => {
  assert.deepEqual(
    KINDS.map((kind) => formatId(kind, instant(0), zeros).slice(0, 4)),
    Object.values(PREFIXES),
  );
});

test("what is made is read, as its own kind and as no other", () => {
  fc.assert(
    fc.property(anyKind, anyKind, anyInstant, anyRandom, (kind, other, now, random) => {
      const id = formatId(kind, now, random);
      assert.equal(parseId(other, id), kind === other ? id : undefined);
    }),
  );
});

test("an id made later sorts later, whatever chance adds", () => {
  fc.assert(
    fc.property(anyInstant, anyInstant, anyRandom, anyRandom, (a, b, randomA, randomB) => {
      if (a === b) return;
      const isEarlier = formatId("key", a, randomA) < formatId("key", b, randomB);
      assert.equal(isEarlier, a < b);
    }),
  );
});

test("all 80 random bits count", () => {
  const now = instant(0);
  const ids = new Set<string>();
  for (let bit = 0; bit < 80; bit++) {
    const random = new Uint8Array(ID_RANDOM_BYTES);
    random[bit >> 3] = 1 << (bit & 7);
    ids.add(formatId("key", now, random));
  }
  assert.equal(ids.size, 80);
});

test("bytes beyond those that an id takes change nothing; fewer are refused", () => {
  const now = instant(0);
  const longer = new Uint8Array(ID_RANDOM_BYTES + 4).fill(9);
  assert.equal(formatId("key", now, longer), formatId("key", now, longer.slice(0, 10)));
  assert.throws(() => formatId("key", now, new Uint8Array(9)), RangeError);
});

const GOOD = "key_01kdvdna0004hmasw9nf6yy07z";
const REFUSED: readonly (readonly [string, string])[] = [
  ["the empty text", ""],
  ["the prefix alone", "key_"],
  ["another kind", GOOD.replace("key_", "own_")],
  ["no prefix", GOOD.slice(4)],
  ["a dash for the underscore", GOOD.replace("_", "-")],
  ["upper case in the prefix", GOOD.replace("key", "KEY")],
  ["upper case in the body", GOOD.replace("dv", "DV")],
  ["an i", GOOD.replace("dv", "di")],
  ["an l", GOOD.replace("dv", "dl")],
  ["an o", GOOD.replace("dv", "do")],
  ["a u", GOOD.replace("dv", "du")],
  ["a character fewer", GOOD.slice(0, -1)],
  ["a character more", `${GOOD}0`],
  ["a time beyond 48 bits", GOOD.replace("key_0", "key_8")],
  ["a blank before", ` ${GOOD}`],
  ["a line end behind", `${GOOD}\n`],
  ["a NUL inside", GOOD.replace("dv", "d\0")],
  ["a full-width digit", GOOD.replace("dv", "d\uff11")],
  ["a wildcard of SQL", GOOD.replace("dv", "%v")],
];
for (const [what, text] of REFUSED) {
  test(`${what} is no id`, () => {
    assert.notEqual(text, GOOD);
    assert.equal(parseId("key", text), undefined);
  });
}

test("no text makes the parser throw, and what it accepts it hands back as it was", () => {
  fc.assert(
    fc.property(anyKind, fc.string({ unit: "binary", maxLength: 40 }), (kind, text) => {
      assert.ok([undefined, text].includes(parseId(kind, text)));
    }),
  );
});
