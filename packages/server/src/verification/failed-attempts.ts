import type { At } from "@keyward/core/limit/counter";
import type { RateLimit } from "@keyward/core/limit/limit";
import { RateCounter } from "@keyward/core/limit/rate-counter";

/** Texts that open no key, of one network: so many at once, and one a second (T24). */
const LIMIT: RateLimit = {
  name: "failed-attempts",
  kind: "rate",
  per: "network",
  dry_run: false,
  when_unavailable: "local",
  rate: 1,
  per_seconds: 1,
  burst: 20,
};
const NETWORKS_MAX = 4_096;

/**
 * Counts failed attempts by network alone, never by key: nobody is locked out by what others try. It is asked only about
 * what is no key, so a right key never waits for it. Of too many networks the one that failed longest ago is forgotten.
 */
export class FailedAttempts {
  readonly #counters = new Map<string, RateCounter>();

  /** Whether the network may be told that this, too, was none. */
  admit(network: string, at: At): boolean {
    const counter = this.#counters.get(network) ?? new RateCounter(LIMIT);
    this.#counters.delete(network);
    this.#counters.set(network, counter);
    if (this.#counters.size > NETWORKS_MAX) this.#forgetOldest();
    if (counter.waitUs(1, at) > 0) return false;
    counter.charge(1, at);
    return true;
  }

  #forgetOldest(): void {
    const [oldest] = this.#counters.keys();
    if (oldest !== undefined) this.#counters.delete(oldest);
  }
}
