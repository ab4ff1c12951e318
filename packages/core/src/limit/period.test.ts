// Temporal is the oracle: it is not everywhere that a verifier runs, but it is where the tests do.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { instant } from "../time.ts";
import type { QuotaLimit, QuotaPeriod } from "./limit.ts";
import { isLocalDate, periodAt } from "./period.ts";

interface PlainDate {
  add(duration: Readonly<Record<string, number>>): PlainDate;
  toPlainDateTime(time: object): {
    toZonedDateTime(zone: string, how: object): { readonly epochMilliseconds: number };
  };
}

/** Typed here alone, so that nothing else comes to rely on it. */
const { Temporal } = globalThis as unknown as {
  readonly Temporal: { readonly PlainDate: { from(text: string): PlainDate } };
};

const PERIODS: readonly QuotaPeriod[] = ["day", "week", "month", "year"];

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/St_Johns",
  // Clocks that changed at midnight.
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Asia/Beirut",
  "America/Havana",
  // Half an hour, three quarters, and a day that never was.
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
  "America/Godthab",
];

/** The local midnight of the period with this index, by Temporal. */
function midnight(
  limit: Pick<QuotaLimit, "period" | "time_zone" | "anchor">,
  index: number,
): number {
  const { period, time_zone: timeZone, anchor } = limit;
  const origin = Temporal.PlainDate.from(
    anchor ?? (period === "week" ? "1970-01-05" : "1970-01-01"),
  );
  const date = origin.add({ [`${period}s`]: index });
  const local = date.toPlainDateTime({ hour: 0 });
  return local.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
}

function indexOf(limit: Parameters<typeof midnight>[0], startMs: number): number {
  const { period, anchor } = limit;
  const origin = Date.parse(anchor ?? (period === "week" ? "1970-01-05" : "1970-01-01"));
  const days = { day: 1, week: 7, month: 30.436_875, year: 365.2425 }[period];
  return Math.round((startMs - origin) / 86_400_000 / days);
}

const anyCalendar = fc.record({
  period: fc.constantFrom(...PERIODS),
  time_zone: fc.constantFrom(...ZONES),
  anchor: fc.option(
    fc.constantFrom("1970-01-01", "2020-02-29", "2026-01-31", "2025-12-30", "2044-10-15"),
  ),
});

test("every instant lies in its period, and periods begin where Temporal says so, in zones with every kind of change", () => {
  fc.assert(
    fc.property(anyCalendar, fc.integer({ min: 0, max: 2_500_000_000 }), (limit, seconds) => {
      const now = instant(seconds * 1_000);
      const { startMs, endMs } = periodAt(limit, now);
      assert.ok(startMs <= now && now < endMs);
      const near = indexOf(limit, startMs);
      const starts = [near - 1, near, near + 1].map((index) => midnight(limit, index));
      assert.ok(starts.includes(startMs), `${startMs} is no start`);
      const ends = [near, near + 1, near + 2].map((index) => midnight(limit, index));
      assert.ok(ends.includes(endMs), `${endMs} is no end`);
    }),
    { numRuns: 3_000 },
  );
});

test("periods follow on each other without a gap, over every change of the clock", () => {
  fc.assert(
    fc.property(anyCalendar, fc.integer({ min: 100_000_000, max: 2_500_000_000 }), (limit, at) => {
      const first = periodAt(limit, instant(at * 1_000));
      assert.equal(periodAt(limit, instant(first.endMs)).startMs, first.endMs);
      assert.deepEqual(periodAt(limit, instant(first.endMs - 1)), first);
      assert.deepEqual(periodAt(limit, instant(Math.max(0, first.startMs))), first);
    }),
    { numRuns: 1_000 },
  );
});

test("an anchor is a day that exists", () => {
  assert.ok(isLocalDate("2024-02-29"));
  for (const text of ["2026-02-29", "2026-2-1", "1969-12-31", "2026-01-01T00:00:00Z", ""]) {
    assert.ok(!isLocalDate(text), text);
  }
});
