// The counters of one process: an account for each subject that has been counted, made when it is first needed and
// forgotten when a new one would say the same.
import { Undecidable } from "@keyward/core/failure/undecidable";
import type { WorkspaceId } from "@keyward/core/id";
import type { At, Counter } from "@keyward/core/limit/counter";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import type { Demand } from "./limiter.ts";
import { eachSubject } from "./subjects.ts";

/** Of so many subjects counters are kept at once; more make a limit undecidable, never generous. */
export const ACCOUNTS_MAX = 1_000_000;
const SWEPT_AT_ONCE = 10_000;
/** After so long unused, what is in hand goes back to where it came from. */
const IDLE_US = 60_000_000;
/** What was asked for a counter comes within this time, and must still find it. */
const ASKING_US_MAX = 2_000_000;

export interface Account {
  readonly id: string;
  readonly workspaceId: WorkspaceId;
  readonly of: LimitOf;
  limits: readonly Limit[];
  counters: readonly Counter[];
  usedAtUs: number;
  /** Until when something that was charged may be given back. */
  heldUntilUs: number;
}

/** What finds the accounts of a request. */
export type Counted = Pick<Demand, "key" | "network" | "at">;

export class Accounts {
  readonly #newCounter: (limit: Limit) => Counter;
  readonly #byId = new Map<string, Account>();
  #sweep: MapIterator<Account> | undefined;

  constructor(makeCounter: (limit: Limit) => Counter) {
    this.#newCounter = makeCounter;
  }

  get count(): number {
    return this.#byId.size;
  }

  /** Adds to `found` every account that counts the demand, in the order in which limits are told. */
  find(demand: Counted, found: Account[]): void {
    eachSubject(demand, (id, of, limits) => {
      found.push(this.#account(id, of, limits, demand));
    });
  }

  /** Forgets, a part at a time, what has been idle; calls back for what is to be given back before. */
  sweep(at: At, giveBack: (account: Account) => void): void {
    this.#sweep ??= this.#byId.values();
    for (let count = 0; count < SWEPT_AT_ONCE; count++) {
      const { value: account, done } = this.#sweep.next();
      if (done === true || account === undefined) {
        this.#sweep = undefined;
        return;
      }
      if (at.monotonicUs - account.usedAtUs >= IDLE_US) giveBack(account);
      const keptUntilUs = Math.max(account.heldUntilUs, account.usedAtUs + ASKING_US_MAX);
      if (at.monotonicUs < keptUntilUs) continue;
      if (account.counters.every((counter) => counter.isAsNew(at))) this.#byId.delete(account.id);
    }
  }

  all(): Iterable<Account> {
    return this.#byId.values();
  }

  #account(id: string, of: LimitOf, limits: readonly Limit[], { key, at }: Counted): Account {
    let account = this.#byId.get(id);
    if (account === undefined) {
      if (this.#byId.size >= ACCOUNTS_MAX) throw new Undecidable("too many subjects are counted");
      const counters = limits.map(this.#newCounter);
      account = {
        id,
        workspaceId: key.workspaceId,
        of,
        limits,
        counters,
        usedAtUs: 0,
        heldUntilUs: 0,
      };
      this.#byId.set(id, account);
    } else if (account.limits !== limits) {
      const before = account.counters;
      account.counters = limits.map((limit) => this.#continued(before, limit));
      account.limits = limits;
    }
    account.usedAtUs = at.monotonicUs;
    return account;
  }

  /** A limit that kept its name and kind keeps its count. */
  #continued(counters: readonly Counter[], limit: Limit): Counter {
    const before = counters.find(
      (counter) => counter.limit.name === limit.name && counter.limit.kind === limit.kind,
    );
    if (before === undefined) return this.#newCounter(limit);
    before.adopt(limit);
    return before;
  }
}
