import type { At } from "@keyward/core/limit/counter";
import type { RateLimit } from "@keyward/core/limit/limit";
import { RateCounter } from "@keyward/core/limit/rate-counter";

const NETWORKS_MAX = 4_096;

/** So many at once from one network, and so many a second; of too many networks the one heard of longest ago is forgotten. */
export class NetworkRate {
  readonly #limit: RateLimit;
  readonly #counters = new Map<string, RateCounter>();

  constructor(
    name: string,
    { burst, perSecond }: { readonly burst: number; readonly perSecond: number },
  ) {
    this.#limit = {
      name,
      kind: "rate",
      per: "network",
      dry_run: false,
      when_unavailable: "local",
      rate: perSecond,
      per_seconds: 1,
      burst,
    };
  }

  admit(network: string, at: At): boolean {
    const counter = this.#counters.get(network) ?? new RateCounter(this.#limit);
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
