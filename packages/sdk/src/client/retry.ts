import type { KeywardUnavailable } from "./errors.ts";
import { BACKOFF_MS_BASE, BACKOFF_MS_MAX, RETRY_AFTER_SECONDS_MAX } from "./limits.ts";

/**
 * How long to wait before the next attempt; `undefined` when there should be none.
 *
 * @param retry 0 for the first retry
 * @param random 0 to 1: full jitter, so that callers who failed together do not return together
 */
export function retryDelayMs(
  failure: KeywardUnavailable,
  retry: number,
  random: number,
): number | undefined {
  if (failure.reason !== "network" && failure.reason !== "busy") return undefined;
  const asked = failure.retryAfterSeconds ?? 0;
  if (asked > RETRY_AFTER_SECONDS_MAX) return undefined;
  return asked * 1_000 + random * Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** retry);
}
