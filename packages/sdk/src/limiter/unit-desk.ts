import type { WorkspaceId } from "@keyward/core/id";
import type { At } from "@keyward/core/limit/counter";
import type { UnitDemand, UnitReturn, UnitStore } from "@keyward/core/limit/unit-store";
import type { Taken, UnitsCounter } from "@keyward/core/limit/units-counter";

/** After a failure the store is left alone for so long. */
const LEFT_ALONE_US = 1_000_000;
/** Counters of one call to the store. */
const BATCH_MAX = 500;

export interface UnitDeskParts {
  readonly store: UnitStore;
  now(): At;
  /** Told once whenever the store stops answering, with why, and once when it answers again. */
  onStore(error: unknown): void;
}

/** A counter with units that belong to a store. */
export interface UnitAccount {
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly counter: UnitsCounter;
}

interface Wish {
  readonly account: UnitAccount;
  /** Of all who wait for it. */
  cost: number;
}

/**
 * Fetches units for counters, for all who want some at once: while one call to the store is under way, wishes gather for
 * the next.
 */
export class UnitDesk {
  readonly #parts: UnitDeskParts;
  #wishes = new Map<UnitsCounter, Wish>();
  #returns: UnitReturn[] = [];
  #running: Promise<void> | undefined;
  #next: PromiseWithResolvers<boolean> | undefined;
  #outUntilUs = 0;
  #isOut = false;

  constructor(parts: UnitDeskParts) {
    this.#parts = parts;
  }

  now(): At {
    return this.#parts.now();
  }

  /** Resolves when the store has been asked; false when it did not answer. */
  ask(accounts: readonly UnitAccount[], cost: number): Promise<boolean> {
    if (this.now().monotonicUs < this.#outUntilUs) return Promise.resolve(false);
    for (const account of accounts) {
      const wish = this.#wishes.get(account.counter);
      if (wish === undefined) this.#wishes.set(account.counter, { account, cost });
      else wish.cost += cost;
    }
    return this.#fetch();
  }

  /** The same of a store that answers at once; false where it has to be waited for. */
  askNow(accounts: readonly UnitAccount[], cost: number): boolean {
    const { store } = this.#parts;
    if (store.takeNow === undefined) return false;
    const wishes = accounts.map((account) => ({ account, cost }));
    const demands = this.#demandsOf(wishes);
    this.#receive(wishes, demands, store.takeNow(demands));
    return true;
  }

  /** Has more units come before they are needed. */
  prefetch(account: UnitAccount): void {
    if (this.#running !== undefined || this.#wishes.has(account.counter)) return;
    void this.ask([account], 1);
  }

  giveBack({ workspaceId, name, counter }: UnitAccount, at: At): void {
    const periodStartMs = counter.periodStartMs(at);
    const units = counter.handBack();
    if (units === 0) return;
    this.#returns.push({ workspaceId, counter: name, periodStartMs, units });
    void this.#fetch();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** One after another: the promise is of the call that takes what was wished for up to now. */
  #fetch(): Promise<boolean> {
    this.#next ??= Promise.withResolvers<boolean>();
    const { promise } = this.#next;
    this.#running ??= this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    // So that all wishes of this turn go together.
    await Promise.resolve();
    while (this.#next !== undefined) {
      const next = this.#next;
      this.#next = undefined;
      next.resolve(await this.#callStore());
      // Those who waited go on first, and may wish for more.
      await Promise.resolve();
    }
    this.#running = undefined;
  }

  async #callStore(): Promise<boolean> {
    const wishes = [...this.#wishes.values()].slice(0, BATCH_MAX);
    for (const { account } of wishes) this.#wishes.delete(account.counter);
    if (this.#wishes.size > 0) void this.#fetch();
    const returns = this.#returns;
    this.#returns = [];
    try {
      if (returns.length > 0) await this.#parts.store.giveBack(returns);
      if (wishes.length > 0) await this.#take(wishes);
      this.#tell(undefined);
      return true;
    } catch (error) {
      this.#outUntilUs = this.now().monotonicUs + LEFT_ALONE_US;
      this.#tell(error);
      return false;
    }
  }

  async #take(wishes: readonly Wish[]): Promise<void> {
    const demands = this.#demandsOf(wishes);
    this.#receive(wishes, demands, await this.#parts.store.take(demands));
  }

  #demandsOf(wishes: readonly Wish[]): readonly UnitDemand[] {
    const at = this.now();
    return wishes.map(({ account: { workspaceId, name, counter }, cost }) => ({
      workspaceId,
      counter: name,
      periodStartMs: counter.periodStartMs(at),
      capacity: counter.capacity,
      wanted: counter.wanted(cost),
    }));
  }

  #receive(wishes: readonly Wish[], demands: readonly UnitDemand[], taken: readonly Taken[]): void {
    const then = this.now();
    for (const [index, { account }] of wishes.entries()) {
      const answer = taken[index];
      const demand = demands[index];
      if (answer === undefined || demand === undefined) throw new Error("the store left one out");
      account.counter.receive(demand.periodStartMs, answer, then);
    }
  }

  #tell(error: unknown): void {
    const isOut = error !== undefined;
    if (isOut === this.#isOut) return;
    this.#isOut = isOut;
    this.#parts.onStore(error);
  }
}
