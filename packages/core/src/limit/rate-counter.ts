import type { At, Counter } from "./counter.ts";
import type { Limit, RateLimit } from "./limit.ts";

const US = 1_000_000;

/**
 * The generic cell rate algorithm (ITU-T I.371) as a leaky bucket. A unit fills it by `per_seconds` × 10⁶ and every
 * microsecond drains `rate`, so both are whole; full is `burst` units. What is admitted in any interval τ fits into the bucket and
 * what it drained meanwhile: burst + rate × τ.
 */
export class RateCounter implements Counter {
  limit: RateLimit;
  #level = 0;
  #atUs = 0;

  constructor(limit: RateLimit) {
    this.limit = limit;
  }

  waitUs(cost: number, at: At): number {
    const { rate, burst, per_seconds: perSeconds } = this.limit;
    const excess = this.#drainTo(at) - (burst - cost) * perSeconds * US;
    return cost === 0 || excess <= 0 ? 0 : Math.ceil(excess / rate);
  }

  mustAsk(): boolean {
    return false;
  }

  /** What is spent later has been drained by then, never the other way round. */
  charge(cost: number, at: At): void {
    this.#level = this.#drainTo(at) + cost * this.limit.per_seconds * US;
  }

  /** Of what was charged, that which may have drained meanwhile made room for others already. */
  settle(unused: number, chargedAt: At, at: At): void {
    const drained = Math.max(0, at.monotonicUs - chargedAt.monotonicUs) * this.limit.rate;
    const left = Math.max(0, unused * this.limit.per_seconds * US - drained);
    this.#level = Math.max(0, this.#drainTo(at) - left);
  }

  remaining(at: At): number {
    const { burst, per_seconds: perSeconds } = this.limit;
    const unit = perSeconds * US;
    return Math.floor((burst * unit - this.#drainTo(at)) / unit);
  }

  refillsInUs(at: At): number | undefined {
    const remaining = this.remaining(at);
    return remaining >= this.limit.burst ? undefined : this.waitUs(remaining + 1, at);
  }

  isAsNew(at: At): boolean {
    return this.#drainTo(at) === 0;
  }

  adopt(limit: Limit): void {
    if (limit.kind !== "rate") return;
    const units = this.#level / (this.limit.per_seconds * US);
    this.limit = limit;
    this.#level = Math.min(
      Math.ceil(units * limit.per_seconds * US),
      limit.burst * limit.per_seconds * US,
    );
  }

  #drainTo({ monotonicUs }: At): number {
    const elapsedUs = monotonicUs - this.#atUs;
    if (elapsedUs > 0) {
      this.#level = Math.max(0, this.#level - elapsedUs * this.limit.rate);
      this.#atUs = monotonicUs;
    }
    return this.#level;
  }
}
