// When an attempt is repeated: quickly at first, because most failures pass, and for two and a half days in all.
import type { Instant } from "@keyward/core/time";
import { addSeconds } from "@keyward/core/time";
import type { Random } from "../runtime/random.ts";

/** Seconds after the first attempt, after the second, and so on: the schedule that Standard Webhooks recommends. */
const WAITS_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
/** The first attempt among them. */
export const ATTEMPTS_MAX = WAITS_SECONDS.length + 1;
/** So that endpoints that failed together are not asked together again. */
const JITTER = 0.2;
/** The longest that an endpoint may have itself be left alone for. */
const RETRY_AFTER_SECONDS_MAX = 86_400;

/**
 * @param attempts how many have been made, from 1
 * @param retryAfterSeconds what the endpoint has asked for; it is never asked sooner
 * @returns `undefined` when no more are made
 */
export function nextAttemptAt(
  attempts: number,
  now: Instant,
  random: Random,
  retryAfterSeconds = 0,
): Instant | undefined {
  const wait = WAITS_SECONDS[attempts - 1];
  if (wait === undefined) return undefined;
  const [byte = 0] = random.bytes(1);
  const jittered = wait * (1 + (JITTER * byte) / 255);
  const asked = Math.min(retryAfterSeconds, RETRY_AFTER_SECONDS_MAX);
  return addSeconds(now, Math.ceil(Math.max(jittered, asked)));
}
