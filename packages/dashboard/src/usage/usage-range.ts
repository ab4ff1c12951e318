import type { usageText } from "../text/usage.ts";

export type UsageRange = keyof typeof usageText.ranges;

const HOUR_MS = 3_600_000;
const SPANS_MS: Readonly<Record<UsageRange, number>> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
  "30d": 30 * 24 * HOUR_MS,
  "90d": 90 * 24 * HOUR_MS,
};
const MINUTE_MS = 60_000;

export function rangeOf(text: string | undefined): UsageRange {
  const known = Object.keys(SPANS_MS) as UsageRange[];
  return known.find((range) => range === text) ?? "24h";
}

/** Up to the minute, so that what is asked for twice within one is the same question. */
export function boundsOf(range: UsageRange, now: number) {
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  return { from: new Date(to - SPANS_MS[range]).toISOString(), to: new Date(to).toISOString() };
}
