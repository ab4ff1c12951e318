import type { At, Counter } from "@keyward/core/limit/counter";
import type { Limit } from "@keyward/core/limit/limit";
import type { Charged, Demand } from "./limiter.ts";

/**
 * What is to be settled of a demand; `undefined` where nothing is. To be made before the counters are charged: a dry-run limit
 * that the cost exceeds will not be.
 */
export function chargedOf(counters: readonly Counter[], demand: Demand): Charged | undefined {
  return demand.hold || counters.some(isSlots) ? new CountedCharge(counters, demand) : undefined;
}

function isSlots({ limit }: { readonly limit: Limit }): boolean {
  return limit.kind === "concurrency";
}

class CountedCharge implements Charged {
  readonly cost: number;
  readonly holdsSlot: boolean;
  readonly #counters: readonly Counter[];
  readonly #at: At;
  #isSettled = false;

  constructor(counters: readonly Counter[], { cost, at }: Demand) {
    this.cost = cost;
    this.#at = at;
    this.#counters = counters.filter(
      (counter) => !counter.limit.dry_run || counter.waitUs(cost, at) === 0,
    );
    this.holdsSlot = this.#counters.some(isSlots);
  }

  settle(actual: number, at: At): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const counter of this.#counters) counter.settle(this.cost - actual, this.#at, at);
  }
}
