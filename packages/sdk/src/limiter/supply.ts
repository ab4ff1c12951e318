import type { At, Counter } from "@keyward/core/limit/counter";
import type { Limit } from "@keyward/core/limit/limit";
import type { Account } from "./accounts.ts";
import type { Demand } from "./limiter.ts";

/** Where counters come from, and what they need before they can judge. Asked by one limiter alone. */
export interface Supply {
  now(): At;
  newCounter(limit: Limit): Counter;
  /** Has what the accounts lack come at once; false where it has to be waited for, and then nothing was asked. */
  askNow(accounts: readonly Account[], demand: Demand): boolean;
  /** Resolves when it has come, or was refused; false when there is no answer. Never rejects. */
  ask(accounts: readonly Account[], demand: Demand): Promise<boolean>;
  /** Has more come before it is needed. */
  prefetch(accounts: readonly Account[], demand: Demand): void;
  /** Whether it is known without asking that the counter refuses. */
  isRefused(counter: Counter, cost: number, at: At): boolean;
  /** What counts in the place of one that has no answer; `undefined` where nothing may. */
  standIn(counter: Counter): Counter | undefined;
  /** Takes back what an account has in hand. */
  giveBack(account: Account, at: At): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}
