import type {
  UnitCounter,
  UnitDemand,
  UnitReturn,
  UnitStore,
} from "@keyward/core/limit/unit-store";
import type { Taken } from "@keyward/core/limit/units-counter";

/** For one process alone: what is granted is forgotten with it. */
export class MemoryUnitStore implements UnitStore {
  readonly #totals = new Map<string, number>();

  async take(demands: readonly UnitDemand[]): Promise<readonly Taken[]> {
    return this.grant(demands);
  }

  async giveBack(returns: readonly UnitReturn[]): Promise<void> {
    for (const one of returns) {
      const name = nameOf(one);
      this.#totals.set(name, Math.max(0, (this.#totals.get(name) ?? 0) - one.units));
    }
  }

  protected grant(demands: readonly UnitDemand[]): readonly Taken[] {
    return demands.map((demand) => {
      const before = this.#totals.get(nameOf(demand)) ?? 0;
      const granted = Math.max(0, Math.min(demand.wanted, demand.capacity - before));
      if (granted > 0) this.#totals.set(nameOf(demand), before + granted);
      return { granted, total: before + granted };
    });
  }
}

/** The same for whoever must answer at once. */
export class ProcessUnitStore extends MemoryUnitStore {
  takeNow(demands: readonly UnitDemand[]): readonly Taken[] {
    return this.grant(demands);
  }
}

function nameOf({ workspaceId, counter, periodStartMs }: UnitCounter): string {
  return `${workspaceId}|${counter}|${periodStartMs}`;
}
