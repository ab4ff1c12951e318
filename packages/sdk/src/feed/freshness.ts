// How long a verifier may trust what it holds: spec/feed.md §7. Judged at the instant of a decision, never by a timer.
import { STALENESS_MS_MAX } from "@keyward/core/feed/questions";
import type { Instant } from "@keyward/core/time";
import type { Clock } from "../runtime/clock.ts";

/** Both clocks, read together. */
export interface ClockReading {
  readonly monotonicMs: number;
  readonly wallMs: Instant;
}

export function readClock(clock: Clock): ClockReading {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.now() };
}

/**
 * - `strict`: nothing is decided on a state older than `maxStalenessMs`
 * - `bounded`: the state may be older by `graceMs`, and the verdict says so
 * - `available`: the state may be of any age, once it has been proved at all
 */
export type FreshnessMode = "strict" | "bounded" | "available";

export interface FreshnessPolicy {
  readonly mode: FreshnessMode;
  readonly maxStalenessMs: number;
  /** Counts in `bounded` only. */
  readonly graceMs: number;
}

/** `untrusted` decides nothing: the authority is asked, and where it does not answer the outcome is unavailable. */
export type Trust = "fresh" | "stale" | "untrusted";

/**
 * The time since the proof by whichever clock says more: a suspended machine may have stopped its monotonic clock (F08),
 * and a wall clock that was set back must not make anything younger.
 */
export function ageMs(proof: ClockReading, now: ClockReading): number {
  const age = Math.max(now.monotonicMs - proof.monotonicMs, now.wallMs - proof.wallMs);
  // A clock that answers no number proves nothing.
  return Number.isNaN(age) ? Infinity : age;
}

/** @param proof when the head request was sent whose answer has been caught up with; `undefined` for none yet */
export function trustAt(
  policy: FreshnessPolicy,
  proof: ClockReading | undefined,
  now: ClockReading,
): Trust {
  if (proof === undefined) return "untrusted";
  const age = ageMs(proof, now);
  if (age <= policy.maxStalenessMs) return "fresh";
  return age <= (stopsWithinMs(policy) ?? Infinity) ? "stale" : "untrusted";
}

/** By when the verifier stops by itself, as it tells the authority; `null` where it never does (spec/feed.md §9). */
export function stopsWithinMs({ mode, maxStalenessMs, graceMs }: FreshnessPolicy): number | null {
  const limits = { strict: maxStalenessMs, bounded: maxStalenessMs + graceMs, available: null };
  return limits[mode];
}

export const MAX_STALENESS_MS_DEFAULT = 5_000;
export const MAX_STALENESS_MS_MIN = 1_000;
export const MAX_STALENESS_MS_MAX = 600_000;
export const GRACE_MS_DEFAULT = 60_000;
export const GRACE_MS_MAX = STALENESS_MS_MAX - MAX_STALENESS_MS_MAX;

/** @throws TypeError when an option is out of its range */
export function freshnessPolicy(
  options: {
    readonly freshness?: FreshnessMode | undefined;
    readonly maxStalenessMs?: number | undefined;
    readonly graceMs?: number | undefined;
  } = {},
): FreshnessPolicy {
  const mode = options.freshness ?? "strict";
  if (!["strict", "bounded", "available"].includes(mode)) {
    throw new TypeError('freshness must be "strict", "bounded" or "available"');
  }
  const maxStalenessMs = options.maxStalenessMs ?? MAX_STALENESS_MS_DEFAULT;
  const graceMs = options.graceMs ?? GRACE_MS_DEFAULT;
  assertWithin("maxStalenessMs", maxStalenessMs, MAX_STALENESS_MS_MIN, MAX_STALENESS_MS_MAX);
  assertWithin("graceMs", graceMs, 0, GRACE_MS_MAX);
  return { mode, maxStalenessMs, graceMs };
}

function assertWithin(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
}
