import type { At, Counter } from "./counter.ts";
import type { CreditsLimit, Limit, QuotaLimit } from "./limit.ts";
import { periodAt } from "./period.ts";
import type { Period } from "./period.ts";

/** How long it is believed that nothing is left: others may give units back. */
export const EXHAUSTED_BELIEVED_US = 1_000_000;
/** The most that are taken ahead of demand, and the share of what is left that they may be. */
const AHEAD_MAX = 1_000;
const AHEAD_SHARE = 16;
const WITHOUT_END: Period = { startMs: 0, endMs: Infinity };

/** What a store of units answered. */
export interface Taken {
  /** What may now be spent, from 0 to what was wanted. */
  readonly granted: number;
  /** Units of the period that are out of the store, by whomever, these included. */
  readonly total: number;
}

/**
 * Units that were taken out of a store before they are spent, so whoever dies with some in hand gives nothing away, and any
 * number of counters over one store never spend more than it gave. Quotas have a store for each period, credits one for ever: a clock
 * that jumps leads to another period's store and back to what is left in this one.
 */
export class UnitsCounter implements Counter {
  limit: QuotaLimit | CreditsLimit;
  #period: Period | undefined;
  #inHand = 0;
  /** Units out of the store when last heard of; `undefined` before anything was. */
  #total: number | undefined;
  #askedUs = 0;

  constructor(limit: QuotaLimit | CreditsLimit) {
    this.limit = limit;
  }

  /** Which store the units come from: the start of the period, 0 for credits. */
  periodStartMs(at: At): number {
    return this.#periodAt(at).startMs;
  }

  /** All that may ever be taken out of the store. */
  get capacity(): number {
    return this.limit.kind === "quota" ? this.limit.limit + this.limit.overflow : this.limit.limit;
  }

  mustAsk(cost: number, at: At): boolean {
    this.#periodAt(at);
    if (this.#total === undefined) return true;
    if (this.#inHand >= cost) return false;
    if (this.#used + cost <= this.capacity) return true;
    return cost > 0 && at.monotonicUs - this.#askedUs >= EXHAUSTED_BELIEVED_US;
  }

  /** How many to ask for, when so much is wanted at once: some more, and ever less ahead as the end comes near. */
  wanted(cost: number): number {
    const left = this.#total === undefined ? this.capacity : this.capacity - this.#total;
    const ahead = cost === 0 ? 0 : Math.min(AHEAD_MAX, Math.floor(left / AHEAD_SHARE));
    return Math.max(ahead, cost - this.#inHand);
  }

  /** Whether so little is in hand that more should be on its way. */
  isLow(): boolean {
    return this.#inHand * 2 < this.wanted(1) && (this.#total ?? 0) < this.capacity;
  }

  /** What came out of the store of a period. Of a period that has passed meanwhile it is not kept, and lost. */
  receive(periodStartMs: number, { granted, total }: Taken, at: At): void {
    if (periodStartMs !== this.#periodAt(at).startMs) return;
    this.#inHand += granted;
    this.#total = total;
    this.#askedUs = at.monotonicUs;
  }

  /** Empties the hand, for the store that they came from. */
  handBack(): number {
    const units = this.#inHand;
    this.#inHand = 0;
    if (this.#total !== undefined) this.#total -= units;
    return units;
  }

  waitUs(cost: number, at: At): number {
    const { endMs } = this.#periodAt(at);
    // Of a limit that was lowered, more may be in hand than is left.
    if (cost === 0 || (this.#inHand >= cost && this.#used + cost <= this.capacity)) return 0;
    return (endMs - at.now) * 1_000;
  }

  charge(cost: number, at: At): void {
    this.#periodAt(at);
    this.#inHand -= cost;
  }

  settle(unused: number, chargedAt: At, at: At): void {
    const { startMs, endMs } = this.#periodAt(at);
    if (chargedAt.now >= startMs && chargedAt.now < endMs) this.#inHand += unused;
  }

  remaining(at: At): number {
    this.#periodAt(at);
    return Math.max(0, this.limit.limit - this.#used);
  }

  refillsInUs(at: At): number | undefined {
    const { endMs } = this.#periodAt(at);
    return endMs === Infinity || this.#used === 0 ? undefined : (endMs - at.now) * 1_000;
  }

  /** Units that would pass now without asking, an overflow included. */
  available(at: At): number {
    return Math.max(0, Math.min(this.#inHand, this.left(at)));
  }

  /** Units that would pass if whatever is left could be had; an overflow included. */
  left(at: At): number {
    this.#periodAt(at);
    return this.capacity - this.#used;
  }

  /** Units that were spent, as far as is known; more than the limit where an overflow was admitted. */
  used(at: At): number {
    this.#periodAt(at);
    return this.#used;
  }

  isAsNew(): boolean {
    return this.#inHand === 0;
  }

  adopt(limit: Limit): void {
    if (limit.kind !== "quota" && limit.kind !== "credits") return;
    // Of another calendar, the units in hand are of a period that is not there.
    if (!isSameCalendar(limit, this.limit)) this.#period = undefined;
    this.limit = limit;
  }

  get #used(): number {
    return (this.#total ?? 0) - this.#inHand;
  }

  #periodAt(at: At): Period {
    const known = this.#period;
    if (known !== undefined && at.now >= known.startMs && at.now < known.endMs) return known;
    const period = this.limit.kind === "quota" ? periodAt(this.limit, at.now) : WITHOUT_END;
    if (known === undefined || known.startMs !== period.startMs) {
      this.#inHand = 0;
      this.#total = undefined;
    }
    this.#period = period;
    return period;
  }
}

function isSameCalendar(one: UnitsCounter["limit"], other: UnitsCounter["limit"]): boolean {
  if (one.kind === "credits" || other.kind === "credits") return one.kind === other.kind;
  return (
    one.period === other.period && one.time_zone === other.time_zone && one.anchor === other.anchor
  );
}
