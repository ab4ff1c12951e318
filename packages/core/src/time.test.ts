import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { addSeconds, formatInstant, instant, parseInstant } from "./time.ts";

const LAST = "9999-12-31T23:59:59.999Z";
const LAST_MS = 253_402_300_799_999;

/** What is read, and the same instant as it is written. */
const ACCEPTED: readonly (readonly [string, string, string])[] = [
  ["UTC", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00.000Z"],
  ["lower-case t and z (RFC 3339 §5.6)", "2026-11-23t08:00:00z", "2026-11-23T08:00:00.000Z"],
  ["an offset to the east", "2026-11-23T08:00:00+01:00", "2026-11-23T07:00:00.000Z"],
  ["an offset to the west", "2026-11-23T08:00:00-05:30", "2026-11-23T13:30:00.000Z"],
  ["an offset over midnight", "2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00.000Z"],
  ["the largest offset", "2026-11-23T08:00:00+23:59", "2026-11-22T08:01:00.000Z"],
  ["+00:00", "2026-11-23T08:00:00+00:00", "2026-11-23T08:00:00.000Z"],
  [
    "-00:00, UTC at an unknown place (RFC 3339 §4.3)",
    "2026-11-23T08:00:00-00:00",
    "2026-11-23T08:00:00.000Z",
  ],
  ["one digit of a second", "2026-11-23T08:00:00.1Z", "2026-11-23T08:00:00.100Z"],
  ["two digits", "2026-11-23T08:00:00.12Z", "2026-11-23T08:00:00.120Z"],
  ["milliseconds", "2026-11-23T08:00:00.123Z", "2026-11-23T08:00:00.123Z"],
  ["microseconds, which are cut", "2026-11-23T08:00:00.123999Z", "2026-11-23T08:00:00.123Z"],
  ["nanoseconds, which are cut", "2026-11-23T08:00:00.999999999Z", "2026-11-23T08:00:00.999Z"],
  ["29 February of a leap year", "2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000Z"],
  ["29 February of a century that leaps", "2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z"],
  ["31 December", "2026-12-31T23:59:59Z", "2026-12-31T23:59:59.000Z"],
  ["the first instant", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
  ["the last instant", LAST, LAST],
  ["the last instant, with a finer fraction", "9999-12-31T23:59:59.999999999Z", LAST],
];
for (const [what, text, written] of ACCEPTED) {
  test(`reads ${what}`, () => {
    const read = parseInstant(text);
    assert.ok(read !== undefined);
    assert.equal(formatInstant(read), written);
  });
}

const REFUSED: readonly (readonly [string, string])[] = [
  ["the empty text", ""],
  ["a date", "2026-11-23"],
  ["a local time", "2026-11-23T08:00:00"],
  ["a time without seconds", "2026-11-23T08:00Z"],
  ["a blank for the T", "2026-11-23 08:00:00Z"],
  ["an offset without minutes", "2026-11-23T08:00:00+01"],
  ["an offset without a colon", "2026-11-23T08:00:00+0100"],
  ["an offset of 24 hours", "2026-11-23T08:00:00+24:00"],
  ["an offset of 60 minutes", "2026-11-23T08:00:00+01:60"],
  ["a fraction without digits", "2026-11-23T08:00:00.Z"],
  ["a fraction after a comma", "2026-11-23T08:00:00,5Z"],
  ["ten digits of a second", "2026-11-23T08:00:00.1234567890Z"],
  ["30 February", "2026-02-30T00:00:00Z"],
  ["29 February of a common year", "2026-02-29T00:00:00Z"],
  ["29 February of a century that does not leap", "2100-02-29T00:00:00Z"],
  ["31 April", "2026-04-31T00:00:00Z"],
  ["day 0", "2026-01-00T00:00:00Z"],
  ["day 32", "2026-01-32T00:00:00Z"],
  ["month 0", "2026-00-01T00:00:00Z"],
  ["month 13", "2026-13-01T00:00:00Z"],
  ["hour 24, even at midnight", "2026-11-23T24:00:00Z"],
  ["hour 25", "2026-11-23T25:00:00Z"],
  ["minute 60", "2026-11-23T08:60:00Z"],
  ["second 60: no instant of ours is a leap second", "2016-12-31T23:59:60Z"],
  ["second 61", "2026-11-23T08:00:61Z"],
  ["an instant before 1970", "1969-12-31T23:59:59.999Z"],
  ["an instant before 1970 by its offset", "1970-01-01T00:00:00+00:01"],
  ["an instant after 9999 by its offset", "9999-12-31T23:59:59-00:01"],
  ["a year of five digits", "10000-01-01T00:00:00Z"],
  ["a signed year", "+002026-11-23T08:00:00Z"],
  ["a year of two digits", "26-11-23T08:00:00Z"],
  ["a blank before", " 2026-11-23T08:00:00Z"],
  ["a line end behind", "2026-11-23T08:00:00Z\n"],
  ["Arabic digits", "\u0662026-11-23T08:00:00Z"],
  ["seconds since 1970", "1767225600"],
  ["the form of HTTP", "Mon, 23 Nov 2026 08:00:00 GMT"],
  ["a week date", "2026-W48-1T08:00:00Z"],
];
for (const [what, text] of REFUSED) {
  test(`refuses ${what}`, () => assert.equal(parseInstant(text), undefined));
}

test("what is written is read as the same instant", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LAST_MS }), (milliseconds) => {
      const value = instant(milliseconds);
      assert.equal(parseInstant(formatInstant(value)), value);
    }),
  );
});

test("the order of instants is the order of their texts", () => {
  const anyMs = fc.integer({ min: 0, max: LAST_MS });
  fc.assert(
    fc.property(anyMs, anyMs, (a, b) => {
      assert.equal(formatInstant(instant(a)) < formatInstant(instant(b)), a < b);
    }),
  );
});

test("no text makes the reader throw, and whatever it reads is an instant", () => {
  const parts = fc.constantFrom("2026", "-", "02", "30", "T", "24", ":", "60", ".9", "Z", "+", "é");
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(parts).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const read = parseInstant(text);
      if (read !== undefined) assert.equal(instant(read), read);
    }),
  );
});

test("an instant is a whole number of milliseconds from 1970 to 9999", () => {
  assert.equal(instant(0), 0);
  assert.equal(instant(LAST_MS), LAST_MS);
  for (const wrong of [-1, 0.5, Number.NaN, Infinity, LAST_MS + 1, Number.MAX_SAFE_INTEGER]) {
    assert.throws(() => instant(wrong), RangeError, String(wrong));
  }
});

test("a duration is added in seconds", () => {
  assert.equal(addSeconds(instant(1_000), 0), 1_000);
  assert.equal(addSeconds(instant(1_000), 1), 2_000);
  assert.equal(addSeconds(instant(0), 86_400), 86_400_000);
});

test("an addition stops at the last instant that can be written", () => {
  assert.equal(addSeconds(instant(LAST_MS), 1), LAST_MS);
  assert.equal(addSeconds(instant(LAST_MS - 1_000), 1), LAST_MS);
  assert.equal(addSeconds(instant(0), Number.MAX_SAFE_INTEGER), LAST_MS);
  assert.equal(addSeconds(instant(0), Infinity), LAST_MS);
});
