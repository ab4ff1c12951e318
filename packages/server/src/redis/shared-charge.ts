import type { Charged } from "@keyward/sdk/limiter/limiter";
import type { SharedCounter } from "./shared-limits.ts";

/** What Redis has charged. If it does not answer when this is settled, the most stays charged, and a slot until its lease ends. */
export class SharedCharge implements Charged {
  readonly cost: number;
  readonly holdsSlot: boolean;
  /** Redis keeps none. */
  readonly units = [];
  readonly #settle: (unused: number) => void;
  #isSettled = false;

  constructor(cost: number, counters: readonly SharedCounter[], settle: (unused: number) => void) {
    this.cost = cost;
    this.holdsSlot = counters.some(({ limit }) => limit.kind === "concurrency");
    this.#settle = settle;
  }

  settle(actual: number): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.holdsSlot || actual < this.cost) this.#settle(this.cost - actual);
  }
}
