// Ranges and buckets of time, in any zone. Temporal knows the days that have 23 hours.
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { GRAIN_KEPT_DAYS, GRAIN_SECONDS } from "../../storage/usage.ts";
import type { Grain } from "../../storage/usage.ts";
import { invalid } from "../invalid.ts";

export const BUCKETS_MAX = 2_000;
const DAY_MS = 86_400_000;
const RANGE_DAYS_DEFAULT = 30;
/** Up to this a range is shown in minutes, or in hours, if nobody says in what. */
const MINUTES_UP_TO_MS = DAY_MS / 4;
const HOURS_UP_TO_MS = 4 * DAY_MS;

export interface Buckets {
  readonly grain: Grain;
  /** What the sums are read in: other zones' days are sums of hours. */
  readonly readGrain: Grain;
  readonly from: Instant;
  readonly to: Instant;
  /** Where each begins, the first at `from`. */
  readonly starts: readonly Instant[];
}

export interface AskedRange {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly grain?: Grain;
  readonly time_zone: string;
}

/**
 * The whole buckets that a range lies in.
 *
 * @throws OperationError `invalid_request` for a range that is empty, too long, or no longer kept in that grain
 */
export function bucketsOf({ time_zone: zone, ...asked }: AskedRange, now: Instant): Buckets {
  const { from, to } = rangeOf(asked, now);
  const grain = asked.grain ?? grainFor(to - from);
  const isUtcDay = grain === "day" && zone === "UTC";
  const readGrain = grain === "day" && !isUtcDay ? "hour" : grain;
  const starts: Instant[] = [];
  let start = startOf(grain, zone, from);
  for (; start < to; start = nextOf(grain, zone, start)) {
    starts.push(start);
    if (starts.length > BUCKETS_MAX) {
      throw invalid("query/grain", "too_many", `The range has more than ${BUCKETS_MAX} ${grain}s`);
    }
  }
  const [first = from] = starts;
  const keptDays = GRAIN_KEPT_DAYS[readGrain];
  if (first < now - (keptDays + 1) * DAY_MS) {
    const kept = `The range begins earlier than ${readGrain}s are kept, which is ${keptDays} days`;
    throw invalid(readGrain === grain ? "query/grain" : "query/time_zone", "not_kept", kept);
  }
  return { grain, readGrain, from: first, to: start, starts };
}

/** @throws OperationError `invalid_request` for a range that is empty */
export function rangeOf(
  asked: Pick<AskedRange, "from" | "to">,
  now: Instant,
): { readonly from: Instant; readonly to: Instant } {
  const to = asked.to ?? now;
  const from = asked.from ?? instant(Math.max(0, to - RANGE_DAYS_DEFAULT * DAY_MS));
  if (from < to) return { from, to };
  throw invalid("query/from", "empty_range", "The range ends before it begins");
}

/** Which bucket an instant within the range lies in. */
export function bucketIndex({ starts }: Buckets, at: Instant): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) <= at) low = middle;
    else high = middle;
  }
  return low;
}

function grainFor(milliseconds: number): Grain {
  if (milliseconds <= MINUTES_UP_TO_MS) return "minute";
  return milliseconds <= HOURS_UP_TO_MS ? "hour" : "day";
}

function startOf(grain: Grain, zone: string, at: Instant): Instant {
  if (grain === "day") return instantOf(zoned(zone, at).startOfDay());
  const milliseconds = GRAIN_SECONDS[grain] * 1000;
  return instant(at - (at % milliseconds));
}

function nextOf(grain: Grain, zone: string, start: Instant): Instant {
  if (grain === "day") return instantOf(zoned(zone, start).add({ days: 1 }).startOfDay());
  return instant(start + GRAIN_SECONDS[grain] * 1000);
}

function zoned(zone: string, at: Instant): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

function instantOf(at: Temporal.ZonedDateTime): Instant {
  return instant(Math.max(0, at.epochMilliseconds));
}
