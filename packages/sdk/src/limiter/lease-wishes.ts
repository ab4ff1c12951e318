import type { At } from "@keyward/core/limit/counter";
import type { LeaseAsk, LeaseWish } from "@keyward/core/limit/lease";
import { LeasedCounter } from "@keyward/core/limit/leased-counter";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import type { Account } from "./accounts.ts";
import type { Demand } from "./limiter.ts";

/** A question, and the counters that its wishes are for. */
export interface Asked {
  readonly ask: LeaseAsk;
  readonly counters: readonly LeasedCounter[];
}

/** What the requests of one key, from one network where that matters, wait for. */
interface Wish {
  readonly borrower: Omit<LeaseAsk, "wishes">;
  readonly counters: Map<LeasedCounter, LimitOf>;
  /** Of those who wait: none where it is only ahead of demand. */
  requests: number;
  cost: number;
  leastCost: number;
}

/** What is wanted, gathered until somebody goes and asks for it. */
export class LeaseWishes {
  readonly #byBorrower = new Map<string, Wish>();

  get count(): number {
    return this.#byBorrower.size;
  }

  /** Adds the chosen counters; false where there are none. A cost of 0 is only ahead of demand. */
  add(
    accounts: readonly Account[],
    { key, network, cost }: Demand,
    isWanted: (counter: LeasedCounter) => boolean,
  ): boolean {
    const wanted: [LeasedCounter, LimitOf][] = [];
    let isOfNetwork = false;
    for (const { of, counters } of accounts) {
      for (const counter of counters) {
        if (!(counter instanceof LeasedCounter) || !isWanted(counter)) continue;
        wanted.push([counter, of]);
        isOfNetwork ||= counter.limit.per === "network";
      }
    }
    if (wanted.length === 0) return false;
    const { workspaceId, apiId, keyId } = key;
    const from = isOfNetwork ? network : undefined;
    const name = `${keyId} ${apiId} ${from ?? ""}`;
    let wish = this.#byBorrower.get(name);
    if (wish === undefined) {
      const borrower = { workspaceId, apiId, keyId, network: from };
      wish = { borrower, counters: new Map(), requests: 0, cost: 0, leastCost: Infinity };
      this.#byBorrower.set(name, wish);
    }
    for (const [counter, of] of wanted) wish.counters.set(counter, of);
    if (cost > 0) {
      wish.requests++;
      wish.cost += cost;
      wish.leastCost = Math.min(wish.leastCost, cost);
    }
    return true;
  }

  /** Takes so many out. */
  take(countMax: number, at: At): readonly Asked[] {
    const asked: Asked[] = [];
    for (const [name, wish] of this.#byBorrower) {
      if (asked.length >= countMax) break;
      this.#byBorrower.delete(name);
      const wishes = [...wish.counters].map(([counter, of]) => wishOf(wish, counter, of, at));
      asked.push({ ask: { ...wish.borrower, wishes }, counters: [...wish.counters.keys()] });
    }
    return asked;
  }
}

function wishOf(
  { requests, cost, leastCost }: Wish,
  counter: LeasedCounter,
  of: LimitOf,
  at: At,
): LeaseWish {
  const { name, kind } = counter.limit;
  const least = requests === 0 ? 1 : Math.max(1, counter.lacking(leastCost));
  const need = kind === "concurrency" ? requests : counter.lacking(cost);
  return { of, name, least, need, ahead: Math.max(0, counter.ahead(at) - need) };
}
