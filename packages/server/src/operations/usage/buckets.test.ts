import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperationError } from "@keyward/core/failure/failures";
import * as fc from "fast-check";
import { formatInstant, instant, parseInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { bucketIndex, bucketsOf, BUCKETS_MAX } from "./buckets.ts";

function at(text: string): Instant {
  const parsed = parseInstant(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

const HOUR_MS = 3_600_000;

function days(zone: string, from: string, to: string) {
  const range = { from: at(from), to: at(to), grain: "day", time_zone: zone } as const;
  return bucketsOf(range, at(to));
}

test("a day in Berlin has 23 hours when the clocks go forward, and 25 when they go back", () => {
  const spring = days("Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z");
  assert.deepEqual(spring.starts.map(formatInstant), [
    "2026-03-27T23:00:00.000Z",
    "2026-03-28T23:00:00.000Z",
    "2026-03-29T22:00:00.000Z",
  ]);
  const [, second = 0, third = 0] = spring.starts;
  assert.equal((third - second) / HOUR_MS, 23);
  const autumn = days("Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-26T12:00:00Z");
  const [sunday = 0, monday = 0] = autumn.starts;
  assert.equal((monday - sunday) / HOUR_MS, 25);
  assert.equal(formatInstant(autumn.to), "2026-10-26T23:00:00.000Z");
});

test("a day that does not exist in its zone is no bucket", () => {
  // Samoa went from 29 to 31 December 2011.
  const { starts } = days("Pacific/Apia", "2011-12-29T12:00:00Z", "2012-01-01T12:00:00Z");
  assert.equal(new Set(starts).size, starts.length);
  assert.deepEqual(starts.map(formatInstant), [
    "2011-12-29T10:00:00.000Z",
    "2011-12-30T10:00:00.000Z",
    "2011-12-31T10:00:00.000Z",
    "2012-01-01T10:00:00.000Z",
  ]);
});

test("whatever the range and the zone, buckets are in order, cover it, and every instant of it is in one", () => {
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
  );
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 80 });
  fc.assert(
    fc.property(
      zone,
      minutes,
      fc.integer({ min: 1, max: 60 * 24 * 9 }),
      (time_zone, start, length) => {
        const from = instant(at("2026-01-01T00:00:00Z") + start * 60_000);
        const to = instant(from + length * 60_000);
        const buckets = bucketsOf({ from, to, time_zone }, to);
        const { starts } = buckets;
        assert.ok(buckets.from <= from && to <= buckets.to);
        assert.ok(starts.every((each, index) => index === 0 || each > (starts[index - 1] ?? 0)));
        for (const each of [from, instant(to - 1), ...starts.slice(0, 20)]) {
          const index = bucketIndex(buckets, each);
          assert.ok((starts[index] ?? Infinity) <= each);
          assert.ok(each < (starts[index + 1] ?? buckets.to));
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("a range that is empty, too long, or no longer kept is refused, and says which parameter is wrong", () => {
  const now = at("2026-06-01T00:00:00Z");
  const refused = (range: Parameters<typeof bucketsOf>[0]) => {
    try {
      bucketsOf(range, now);
    } catch (error) {
      const [problem] = (error as OperationError).problems ?? [];
      return `${problem?.pointer} ${problem?.code}`;
    }
    return undefined;
  };
  const ago = (ofDays: number) => instant(now - ofDays * 24 * HOUR_MS);
  const time_zone = "UTC";
  assert.equal(refused({ from: now, to: now, time_zone }), "query/from empty_range");
  assert.equal(refused({ from: ago(6), grain: "minute", time_zone }), "query/grain too_many");
  assert.equal(
    refused({ from: ago(9), to: ago(8.9), grain: "minute", time_zone }),
    "query/grain not_kept",
  );
  assert.equal(
    refused({ from: ago(100), to: ago(99), grain: "hour", time_zone }),
    "query/grain not_kept",
  );
  assert.equal(refused({ from: ago(100), time_zone: "Europe/Berlin" }), "query/time_zone not_kept");
  assert.equal(refused({ from: ago(1_000), time_zone }), undefined);
  assert.equal(BUCKETS_MAX, 2_000);
});
