import { LEASE_US } from "./counter.ts";
import type { At, Counter } from "./counter.ts";
import type { LeaseReturn, Lent } from "./lease.ts";
import type { Limit } from "./limit.ts";
import { newCounter } from "./new-counter.ts";
import { shareOf } from "./share.ts";

const US_PER_MS = 1_000;
/** A refusal is believed for as long as it was told, but within these: a flood must not ask at every instant, and others give units back. */
const BELIEVED_US_MIN = 5_000;
const BELIEVED_US_MAX = 1_000_000;
/** The share of the expected demand that is borrowed, and how many units at most. */
const AHEAD_SHARE = 0.8;
const AHEAD_MAX = 1_000;
/** The time constant of the average that demand is expected by. */
const DEMAND_US = 500_000;

interface Hold {
  readonly lease: string;
  units: number;
  readonly untilUs: number;
}

interface Running {
  readonly lease: string;
  readonly beganUs: number;
}

/**
 * Spends what was borrowed of a counter that somebody else keeps. It never judges by itself: a cost passes if it is in
 * hand, and is refused if that was told. What is in hand was counted before it came, so no number of these spends more.
 */
export class LeasedCounter implements Counter {
  limit: Limit;
  readonly #giveBack: (unused: LeaseReturn) => void;
  /** The oldest first. */
  readonly #holds: Hold[] = [];
  #inHand = 0;
  /** Requests that hold a slot, the oldest first. */
  readonly #running: Running[] = [];
  #remaining = 0;
  #refillsAtUs = Infinity;
  /** Until when what was heard is news; 0 before anything was. */
  #heardUntilUs = 0;
  #refusedUnits = Infinity;
  #refusedUntilUs = 0;
  #passesAtUs = 0;
  #demandPerUs = 0;
  #spent = 0;
  #askedUs = 0;
  /** When was charged last, and what of it came of which lease. */
  #chargedUs = -1;
  #chargedLease = "";
  #chargedUnits = 0;
  #alone: Counter | undefined;

  constructor(limit: Limit, giveBack: (unused: LeaseReturn) => void) {
    this.limit = limit;
    this.#giveBack = giveBack;
  }

  mustAsk(cost: number, at: At): boolean {
    this.#expire(at);
    if (cost === 0) return at.monotonicUs >= this.#heardUntilUs;
    const units = this.#unitsOf(cost);
    return this.#inHand < units && !this.#isRefused(units, at);
  }

  /** Whether it is known already that the cost does not pass. */
  isRefused(cost: number, at: At): boolean {
    this.#expire(at);
    const units = this.#unitsOf(cost);
    return cost > 0 && this.#inHand < units && this.#isRefused(units, at);
  }

  waitUs(cost: number, at: At): number {
    return this.isRefused(cost, at) ? Math.max(1, this.#passesAtUs - at.monotonicUs) : 0;
  }

  charge(cost: number, at: At): void {
    if (cost === 0) return;
    this.#expire(at);
    this.#spent += cost;
    this.#chargedUs = at.monotonicUs;
    let left = this.#unitsOf(cost);
    this.#inHand -= left;
    while (left > 0) {
      const [hold] = this.#holds;
      if (hold === undefined) throw new Error("more was spent than borrowed");
      const taken = Math.min(left, hold.units);
      hold.units -= taken;
      left -= taken;
      if (hold.units === 0) this.#holds.shift();
      this.#chargedLease = hold.lease;
      this.#chargedUnits = taken;
      if (this.#hasSlots) this.#running.push({ lease: hold.lease, beganUs: at.monotonicUs });
    }
  }

  /** Of a request that has ended the slot goes back. Of other units only those of the last charge, whose lease is known. */
  settle(unused: number, chargedAt: At, at: At): void {
    this.#expire(at);
    if (this.#hasSlots) this.#endRequest(chargedAt);
    else if (this.limit.kind !== "rate" && chargedAt.monotonicUs === this.#chargedUs) {
      this.#chargedUs = -1;
      const units = Math.min(unused, this.#chargedUnits);
      if (units > 0) this.#giveBack({ lease: this.#chargedLease, units });
    }
  }

  remaining(at: At): number {
    this.#expire(at);
    return Math.max(0, this.#remaining + this.#inHand);
  }

  refillsInUs(at: At): number | undefined {
    if (this.#refillsAtUs === Infinity) return undefined;
    return Math.max(1, this.#refillsAtUs - at.monotonicUs);
  }

  isAsNew(at: At): boolean {
    this.#expire(at);
    return this.#inHand === 0 && this.#running.length === 0;
  }

  adopt(limit: Limit): void {
    this.limit = limit;
    this.#alone = undefined;
    this.#refusedUntilUs = 0;
  }

  /** What is still lacking of a cost, slots where the limit has them. */
  lacking(cost: number): number {
    return Math.max(0, this.#unitsOf(cost) - this.#inHand);
  }

  /** How many to borrow besides: what the demand of late makes probable. To be called once for each question. */
  ahead(at: At): number {
    if (this.#hasSlots) return 0;
    const elapsedUs = Math.max(1, at.monotonicUs - this.#askedUs);
    const weight = 1 - Math.exp(-elapsedUs / DEMAND_US);
    this.#demandPerUs += weight * (this.#spent / elapsedUs - this.#demandPerUs);
    this.#spent = 0;
    this.#askedUs = at.monotonicUs;
    return Math.max(0, this.#wanted - this.#inHand);
  }

  /** Whether so little of what is wanted is in hand that more should be on its way. */
  isLow(at: At): boolean {
    const wanted = this.#wanted;
    return wanted > 1 && this.#inHand * 4 < wanted && at.monotonicUs >= this.#refusedUntilUs;
  }

  /** @param sentUs before the question left, so that a lease ends here before it does where it came from */
  receive(lent: Lent, least: number, sentUs: number, at: At): void {
    const nowUs = at.monotonicUs;
    this.#alone = undefined;
    this.#remaining = lent.remaining;
    this.#heardUntilUs = nowUs + LEASE_US;
    this.#refillsAtUs = lent.refillsInMs === null ? Infinity : nowUs + lent.refillsInMs * US_PER_MS;
    if (lent.lease !== null && lent.units > 0) {
      this.#refusedUntilUs = 0;
      this.#inHand += lent.units;
      const fromUs = this.#isDurable ? nowUs : sentUs;
      this.#holds.push({ lease: lent.lease, units: lent.units, untilUs: fromUs + LEASE_US });
    } else if (lent.retryMs !== 0) {
      const waitUs = lent.retryMs === null ? Infinity : lent.retryMs * US_PER_MS;
      this.#refusedUnits = least;
      this.#refusedUntilUs = nowUs + Math.min(Math.max(waitUs, BELIEVED_US_MIN), BELIEVED_US_MAX);
      this.#passesAtUs = nowUs + waitUs;
    }
  }

  /** Gives back whatever is in hand. */
  handBack(): void {
    for (const hold of this.#holds.splice(0)) this.#end(hold);
  }

  /**
   * What counts in this process alone while nobody can be asked, by this verifier's share; `undefined` where only what was
   * borrowed may be spent.
   */
  alone(verifiers: number): Counter | undefined {
    if (this.#isDurable) return undefined;
    this.#alone ??= newCounter(shareOf(this.limit, verifiers));
    return this.#alone;
  }

  get #hasSlots(): boolean {
    return this.limit.kind === "concurrency";
  }

  /** Whether units last until they are spent, so that no time bounds a lease of them. */
  get #isDurable(): boolean {
    return this.limit.kind === "quota" || this.limit.kind === "credits";
  }

  get #wanted(): number {
    return Math.min(AHEAD_MAX, Math.floor(this.#demandPerUs * LEASE_US * AHEAD_SHARE));
  }

  #unitsOf(cost: number): number {
    return this.#hasSlots ? Math.min(1, cost) : cost;
  }

  #isRefused(units: number, at: At): boolean {
    return at.monotonicUs < this.#refusedUntilUs && units - this.#inHand >= this.#refusedUnits;
  }

  #endRequest({ monotonicUs }: At): void {
    const index = this.#running.findIndex(({ beganUs }) => beganUs === monotonicUs);
    const [ended] = index === -1 ? [] : this.#running.splice(index, 1);
    if (ended === undefined) return;
    this.#refusedUntilUs = 0;
    this.#giveBack({ lease: ended.lease, units: 1 });
  }

  #expire(at: At): void {
    while (this.#holds.length > 0) {
      const [hold] = this.#holds;
      if (hold === undefined || hold.untilUs > at.monotonicUs) break;
      this.#holds.shift();
      this.#end(hold);
    }
    if (this.limit.kind !== "concurrency") return;
    const leaseUs = this.limit.lease_seconds * 1_000_000;
    while ((this.#running[0]?.beganUs ?? Infinity) + leaseUs <= at.monotonicUs) {
      this.#running.shift();
    }
  }

  /** Of a rate it would come too late: what was not used has drained. */
  #end({ lease, units }: Hold): void {
    this.#inHand -= units;
    if (units > 0 && this.limit.kind !== "rate") this.#giveBack({ lease, units });
  }
}
