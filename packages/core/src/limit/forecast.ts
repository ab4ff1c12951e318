import type { Instant } from "../time.ts";
import type { QuotaLimit } from "./limit.ts";
import { periodAt } from "./period.ts";

/** What becomes of a quota when it is used on as it has been in the period: spec/limits.md §8. */
export interface Forecast {
  /** Units at the end of the period, as if nothing were refused. */
  readonly used: number;
  /** Seconds, rounded up, until the limit is used up; 0 when it is, `null` when it is not within the period. */
  readonly spent_in: number | null;
}

/** So early in a period its use says nothing about the rest. */
const TOLD_AFTER_SHARE = 1 / 100;

/** `null` where it is too early to say. @param used units of the period */
export function forecastOf(limit: QuotaLimit, used: number, now: Instant): Forecast | null {
  const { startMs, endMs } = periodAt(limit, now);
  const elapsedMs = now - startMs;
  const lengthMs = endMs - startMs;
  if (elapsedMs < lengthMs * TOLD_AFTER_SHARE) return null;
  const spentMs = used === 0 ? Infinity : Math.max(0, ((limit.limit - used) * elapsedMs) / used);
  return {
    used: Math.round((used * lengthMs) / elapsedMs),
    spent_in: now + spentMs < endMs ? Math.ceil(spentMs / 1_000) : null,
  };
}
