import type { At, Counter } from "@keyward/core/limit/counter";
import type { Limit } from "@keyward/core/limit/limit";
import type { UnitCounter } from "@keyward/core/limit/unit-store";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import type { Account } from "./accounts.ts";
import type { Charged, Demand } from "./limiter.ts";
import { counterName } from "./subjects.ts";

/**
 * What is to be settled of a demand; `undefined` where nothing is. To be made before the counters are charged: a dry-run limit
 * that the cost exceeds will not be.
 */
export function chargedOf(
  accounts: readonly Account[],
  counters: readonly Counter[],
  demand: Demand,
): Charged | undefined {
  if (!demand.hold && !counters.some(isSlots)) return undefined;
  return new CountedCharge(accounts, counters, demand);
}

function isSlots({ limit }: { readonly limit: Limit }): boolean {
  return limit.kind === "concurrency";
}

class CountedCharge implements Charged {
  readonly cost: number;
  readonly holdsSlot: boolean;
  readonly units: readonly UnitCounter[];
  readonly #counters: readonly Counter[];
  readonly #at: At;
  #isSettled = false;

  constructor(
    accounts: readonly Account[],
    counters: readonly Counter[],
    { cost, at, hold }: Demand,
  ) {
    this.cost = cost;
    this.#at = at;
    this.#counters = counters.filter(
      (counter) => !counter.limit.dry_run || counter.waitUs(cost, at) === 0,
    );
    this.holdsSlot = this.#counters.some(isSlots);
    this.units = hold ? unitsOf(accounts, this.#counters, at) : [];
  }

  settle(actual: number, at: At): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const counter of this.#counters) counter.settle(this.cost - actual, this.#at, at);
  }
}

function unitsOf(
  accounts: readonly Account[],
  charged: readonly Counter[],
  at: At,
): readonly UnitCounter[] {
  const units: UnitCounter[] = [];
  for (const { id, workspaceId, counters } of accounts) {
    for (const counter of counters) {
      if (!(counter instanceof UnitsCounter) || !charged.includes(counter)) continue;
      const periodStartMs = counter.periodStartMs(at);
      units.push({ workspaceId, counter: counterName(id, counter.limit), periodStartMs });
    }
  }
  return units;
}
