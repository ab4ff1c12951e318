import type { At, Counter } from "@keyward/core/limit/counter";
import type { Limit } from "@keyward/core/limit/limit";
import { newCounter } from "@keyward/core/limit/new-counter";
import type { UnitDemand, UnitReturn, UnitStore } from "@keyward/core/limit/unit-store";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import type { Taken } from "@keyward/core/limit/units-counter";
import type { WorkspaceId } from "@keyward/core/id";
import type { Account } from "./accounts.ts";
import type { Demand } from "./limiter.ts";
import { Rounds } from "./rounds.ts";
import { SourceState } from "./source-state.ts";
import { counterName } from "./subjects.ts";
import type { Supply } from "./supply.ts";

/** Counters of one call to the store. */
const BATCH_MAX = 500;

export interface UnitDeskParts {
  readonly store: UnitStore;
  now(): At;
  /** Told once whenever the store stops answering, with why, and once when it answers again. */
  onStore(error: unknown): void;
}

/** A counter with units that belong to a store, and what is wanted for it by all who wait. */
interface Wish {
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly counter: UnitsCounter;
  cost: number;
}

/** Counts in this process. Only units of quotas and credits come from elsewhere: out of a store, before they are spent. */
export class UnitDesk implements Supply {
  readonly #parts: UnitDeskParts;
  readonly #state: SourceState;
  readonly #rounds = new Rounds(() => this.#callStore());
  #wishes = new Map<UnitsCounter, Wish>();
  #returns: UnitReturn[] = [];

  constructor(parts: UnitDeskParts) {
    this.#parts = parts;
    this.#state = new SourceState((error) => parts.onStore(error));
  }

  now(): At {
    return this.#parts.now();
  }

  newCounter(limit: Limit): Counter {
    return newCounter(limit);
  }

  isRefused(): boolean {
    return false;
  }

  standIn(): undefined {
    return undefined;
  }

  askNow(accounts: readonly Account[], { cost, at }: Demand): boolean {
    const { store } = this.#parts;
    if (store.takeNow === undefined) return false;
    const wishes = accounts.flatMap((account) => wishesOf(account, cost, at));
    const demands = this.#demandsOf(wishes);
    this.#receive(wishes, demands, store.takeNow(demands));
    return true;
  }

  ask(accounts: readonly Account[], { cost, at }: Demand): Promise<boolean> {
    return this.#wish(accounts.flatMap((account) => wishesOf(account, cost, at)));
  }

  prefetch(accounts: readonly Account[]): void {
    for (const { id, workspaceId, counters } of accounts) {
      for (const counter of counters) {
        if (!(counter instanceof UnitsCounter) || !counter.isLow()) continue;
        if (this.#rounds.isRunning || this.#wishes.has(counter)) continue;
        void this.#wish([{ workspaceId, name: counterName(id, counter.limit), counter, cost: 1 }]);
      }
    }
  }

  giveBack({ id, workspaceId, counters }: Account, at: At): void {
    for (const counter of counters) {
      if (!(counter instanceof UnitsCounter)) continue;
      const periodStartMs = counter.periodStartMs(at);
      const units = counter.handBack();
      if (units === 0) continue;
      const name = counterName(id, counter.limit);
      this.#returns.push({ workspaceId, counter: name, periodStartMs, units });
      void this.#rounds.next();
    }
  }

  settled(): Promise<void> {
    return this.#rounds.settled();
  }

  #wish(wishes: readonly Wish[]): Promise<boolean> {
    if (this.#state.isLeftAlone(this.now().monotonicUs)) return Promise.resolve(false);
    for (const wish of wishes) {
      const known = this.#wishes.get(wish.counter);
      if (known === undefined) this.#wishes.set(wish.counter, wish);
      else known.cost += wish.cost;
    }
    return this.#rounds.next();
  }

  async #callStore(): Promise<boolean> {
    const wishes = [...this.#wishes.values()].slice(0, BATCH_MAX);
    for (const { counter } of wishes) this.#wishes.delete(counter);
    if (this.#wishes.size > 0) void this.#rounds.next();
    const returns = this.#returns;
    this.#returns = [];
    try {
      if (returns.length > 0) await this.#parts.store.giveBack(returns);
      if (wishes.length > 0) await this.#take(wishes);
      this.#state.answered();
      return true;
    } catch (error) {
      this.#state.failed(error, this.now().monotonicUs);
      return false;
    }
  }

  async #take(wishes: readonly Wish[]): Promise<void> {
    const demands = this.#demandsOf(wishes);
    this.#receive(wishes, demands, await this.#parts.store.take(demands));
  }

  #demandsOf(wishes: readonly Wish[]): readonly UnitDemand[] {
    const at = this.now();
    return wishes.map(({ workspaceId, name, counter, cost }) => ({
      workspaceId,
      counter: name,
      periodStartMs: counter.periodStartMs(at),
      capacity: counter.capacity,
      limit: counter.limit.limit,
      wanted: counter.wanted(cost),
    }));
  }

  #receive(wishes: readonly Wish[], demands: readonly UnitDemand[], taken: readonly Taken[]): void {
    const then = this.now();
    for (const [index, { counter }] of wishes.entries()) {
      const answer = taken[index];
      const demand = demands[index];
      if (answer === undefined || demand === undefined) throw new Error("the store left one out");
      counter.receive(demand.periodStartMs, answer, then);
    }
  }
}

function wishesOf({ id, workspaceId, counters }: Account, cost: number, at: At): readonly Wish[] {
  return counters.flatMap((counter) =>
    counter instanceof UnitsCounter && counter.mustAsk(cost, at)
      ? [{ workspaceId, name: counterName(id, counter.limit), counter, cost }]
      : [],
  );
}
