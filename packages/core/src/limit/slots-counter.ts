import type { At, Counter } from "./counter.ts";
import type { ConcurrencyLimit, Limit } from "./limit.ts";

const US = 1_000_000;

/** Requests that have begun. One that does not say that it has ended loses its slot with its lease. */
export class SlotsCounter implements Counter {
  limit: ConcurrencyLimit;
  /** When each request began, the oldest first. Equal ones cannot be told apart, and need not be. */
  readonly #beganUs: number[] = [];

  constructor(limit: ConcurrencyLimit) {
    this.limit = limit;
  }

  /** Nobody knows when a request will end: a second is a guess, unless a lease ends sooner. */
  waitUs(cost: number, at: At): number {
    if (cost === 0 || this.remaining(at) > 0) return 0;
    return Math.min(US, (this.#beganUs[0] ?? 0) + this.#leaseUs - at.monotonicUs);
  }

  mustAsk(): boolean {
    return false;
  }

  /** One slot, whatever the cost. One that is lent may be begun as late as it may be spent. */
  charge(cost: number, at: At, spentWithinUs = 0): void {
    if (cost > 0) this.#beganUs.push(at.monotonicUs + spentWithinUs);
  }

  settle(_unused: number, chargedAt: At, at: At): void {
    this.#expire(at);
    const index = this.#beganUs.indexOf(chargedAt.monotonicUs);
    if (index !== -1) this.#beganUs.splice(index, 1);
  }

  remaining(at: At): number {
    this.#expire(at);
    return Math.max(0, this.limit.limit - this.#beganUs.length);
  }

  refillsInUs(): undefined {
    return undefined;
  }

  isAsNew(at: At): boolean {
    this.#expire(at);
    return this.#beganUs.length === 0;
  }

  adopt(limit: Limit): void {
    if (limit.kind === "concurrency") this.limit = limit;
  }

  get #leaseUs(): number {
    return this.limit.lease_seconds * US;
  }

  #expire(at: At): void {
    let ended = 0;
    for (const beganUs of this.#beganUs) {
      if (beganUs + this.#leaseUs > at.monotonicUs) break;
      ended++;
    }
    if (ended > 0) this.#beganUs.splice(0, ended);
  }
}
