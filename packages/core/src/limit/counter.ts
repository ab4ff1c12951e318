import type { Instant } from "../time.ts";
import { costMaxOf } from "./limit.ts";
import type { Limit } from "./limit.ts";

/** An instant by both clocks: one says how long something took, the other which day it is. */
export interface At {
  /** Whole microseconds of a clock that only ever grows. */
  readonly monotonicUs: number;
  readonly now: Instant;
}

/** How long units are lent for: a verifier spends them no later than this after it asked. */
export const LEASE_US = 250_000;
/** The same as whoever lends them counts it: the other's clock may be slower. */
export const LENT_US_MAX = 260_000;

/** What a limit has counted of one subject. Whole numbers in doubles, so that nothing is ever rounded away. */
export interface Counter {
  readonly limit: Limit;
  /** After how many microseconds the cost would pass if nothing else came: 0 is now, Infinity is never. */
  waitUs(cost: number, at: At): number;
  /** Whether somebody has to be asked before the cost can be judged. */
  mustAsk(cost: number, at: At): boolean;
  /**
   * Counts a cost that passes. Afterwards no cost that the limit forbids passes.
   *
   * @param spentWithinUs how much later than `at` it may yet be spent, at most {@link LENT_US_MAX}: what is lent to others is
   * counted where it comes dearest
   */
  charge(cost: number, at: At, spentWithinUs?: number): void;
  /** Ends what was charged at an instant: takes back what of it was not used, and frees its slot. */
  settle(unused: number, chargedAt: At, at: At): void;
  /** Units that would pass now. */
  remaining(at: At): number;
  /** Microseconds until there is at least one unit more; `undefined` where all are there or time brings none. */
  refillsInUs(at: At): number | undefined;
  /** Whether a new counter would answer all the same, so that this one may be forgotten. */
  isAsNew(at: At): boolean;
  /** Goes on under a limit of the same kind and name that has been changed; what was counted still counts. */
  adopt(limit: Limit): void;
}

/**
 * The counter that refuses the cost: of several the one that makes wait longest, since to come back any sooner were in
 * vain; of equals the first. Dry-run limits never refuse. `undefined` when the cost passes.
 */
export function refusing(counters: readonly Counter[], cost: number, at: At): Counter | undefined {
  let longestUs = 0;
  let refusal: Counter | undefined;
  for (const counter of counters) {
    if (counter.limit.dry_run) continue;
    const waitUs = counter.waitUs(cost, at);
    if (waitUs <= longestUs) continue;
    longestUs = waitUs;
    refusal = counter;
  }
  return refusal;
}

/** Whether a limit, dry-run ones aside, would never admit the cost, however long one waits. */
export function isTooDear(counters: readonly Pick<Counter, "limit">[], cost: number): boolean {
  for (const { limit } of counters) if (!limit.dry_run && cost > costMaxOf(limit)) return true;
  return false;
}

/** Charges all of them, after {@link refusing} found none. A dry-run limit counts what it would have admitted. */
export function chargeAll(counters: readonly Counter[], cost: number, at: At): void {
  for (const counter of counters) {
    if (counter.limit.dry_run && counter.waitUs(cost, at) > 0) continue;
    counter.charge(cost, at);
  }
}
