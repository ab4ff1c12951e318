// For tests alone: limits over a store of units that is always there.
import { chargeAll, isTooDear, refusing } from "../limit/counter.ts";
import type { At, Counter } from "../limit/counter.ts";
import { denialOf, secondsOf } from "../limit/limit-report.ts";
import type { Limit } from "../limit/limit.ts";
import { newCounter } from "../limit/new-counter.ts";
import { UnitsCounter } from "../limit/units-counter.ts";

/** What a store keeps of one counter: units taken, by the start of the period. */
export type Ledger = Map<number, number>;

export function takeFrom(ledger: Ledger, counter: UnitsCounter, cost: number, at: At): void {
  const start = counter.periodStartMs(at);
  const before = ledger.get(start) ?? 0;
  const granted = Math.max(0, Math.min(counter.wanted(cost), counter.capacity - before));
  ledger.set(start, before + granted);
  counter.receive(start, { granted, total: before + granted }, at);
}

/** Counters of a set, each with a ledger of its own. */
export class LimitRun {
  readonly counters: readonly Counter[];
  readonly #ledgers: readonly Ledger[];

  constructor(limits: readonly Limit[]) {
    this.counters = limits.map(newCounter);
    this.#ledgers = limits.map(() => new Map());
  }

  /** The code, and after how many seconds it would pass; all limits are charged when it is `allowed`. */
  charge(cost: number, at: At): { readonly code: string; readonly retryAfter: number | null } {
    if (isTooDear(this.counters, cost)) return { code: "cost_exceeds_limit", retryAfter: null };
    for (const [index, counter] of this.counters.entries()) {
      const ledger = this.#ledgers[index];
      if (!(counter instanceof UnitsCounter) || ledger === undefined) continue;
      if (counter.mustAsk(cost, at)) takeFrom(ledger, counter, cost, at);
    }
    const refusal = refusing(this.counters, cost, at);
    if (refusal === undefined) {
      chargeAll(this.counters, cost, at);
      return { code: "allowed", retryAfter: null };
    }
    const waitUs = refusal.waitUs(cost, at);
    return {
      code: denialOf(refusal.limit).code,
      retryAfter: waitUs === Infinity ? null : secondsOf(waitUs),
    };
  }
}
