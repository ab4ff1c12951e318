import type { Usage } from "@keyward/sdk/client/operations.generated";
import { usageText } from "../text/usage.ts";

const NUMBER = new Intl.NumberFormat("en");
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

interface Sums {
  readonly count: number;
  readonly denied: number;
}

export function number(value: number): string {
  return NUMBER.format(value);
}

export function percent(share: number): string {
  return PERCENT.format(share);
}

export function refusedShare({ count, denied }: Sums): string {
  return count === 0 ? "–" : percent(denied / count);
}

/** What a chart shows, in one sentence. */
export function inWords({ totals, buckets, grain }: Usage): string {
  const [first, ...rest] = buckets;
  const peak = rest.reduce((one, other) => (other.count > (one?.count ?? 0) ? other : one), first);
  const at = peak === undefined ? "–" : bucketTime(peak.at, grain);
  return usageText.summary(number(totals.count), refusedShare(totals), at);
}

const FORMATS: Readonly<Record<Usage["grain"], Intl.DateTimeFormatOptions>> = {
  minute: { hour: "2-digit", minute: "2-digit" },
  hour: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short" },
};

export function bucketTime(at: string, grain: Usage["grain"]): string {
  return new Intl.DateTimeFormat("en-GB", FORMATS[grain]).format(new Date(at));
}

/** How it stands against the time before, as a sentence. */
export function change({ totals, previous }: Usage): string | undefined {
  if (previous === null) return undefined;
  if (previous.count === 0) return usageText.noneBefore;
  const share = totals.count / previous.count - 1;
  if (Math.abs(share) < 0.0005) return usageText.same;
  return usageText.before(`${share > 0 ? "+" : "−"}${percent(Math.abs(share))}`);
}
