// The counters of one process: an account for each subject that has been counted, made when it is first needed and
// forgotten when a new one would say the same.
import { Undecidable } from "@keyward/core/failure/undecidable";
import type { WorkspaceId } from "@keyward/core/id";
import type { At, Counter } from "@keyward/core/limit/counter";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import { newCounter } from "@keyward/core/limit/new-counter";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import type { Demand } from "./limiter.ts";
import { counterName, eachSubject } from "./subjects.ts";
import type { UnitAccount } from "./unit-desk.ts";

/** Of so many subjects counters are kept at once; more make a limit undecidable, never generous. */
export const ACCOUNTS_MAX = 1_000_000;
const SWEPT_AT_ONCE = 10_000;
/** After so long unused, units in hand go back to their store. */
const UNITS_IDLE_US = 60_000_000;

export interface Account {
  readonly id: string;
  readonly workspaceId: WorkspaceId;
  readonly of: LimitOf;
  limits: readonly Limit[];
  counters: readonly Counter[];
  usedAtUs: number;
}

export class Accounts {
  readonly #byId = new Map<string, Account>();
  #sweep: MapIterator<Account> | undefined;

  get count(): number {
    return this.#byId.size;
  }

  /** Adds to `found` every account that counts the demand, in the order in which limits are told. */
  find(demand: Demand, found: Account[]): void {
    eachSubject(demand, (id, of, limits) => {
      found.push(this.#account(id, of, limits, demand));
    });
  }

  /** Forgets, a part at a time, what has been idle; calls back for units that are to be given back. */
  sweep(at: At, giveBack: (account: UnitAccount) => void): void {
    this.#sweep ??= this.#byId.values();
    for (let count = 0; count < SWEPT_AT_ONCE; count++) {
      const { value: account, done } = this.#sweep.next();
      if (done === true || account === undefined) {
        this.#sweep = undefined;
        return;
      }
      if (at.monotonicUs - account.usedAtUs >= UNITS_IDLE_US) unitsOf(account).forEach(giveBack);
      if (account.counters.every((counter) => counter.isAsNew(at))) this.#byId.delete(account.id);
    }
  }

  /** All of them that have units in hand. */
  *withUnits(): Generator<UnitAccount> {
    for (const account of this.#byId.values()) yield* unitsOf(account);
  }

  #account(id: string, of: LimitOf, limits: readonly Limit[], { key, at }: Demand): Account {
    let account = this.#byId.get(id);
    if (account === undefined) {
      if (this.#byId.size >= ACCOUNTS_MAX) throw new Undecidable("too many subjects are counted");
      const { workspaceId } = key;
      account = { id, workspaceId, of, limits, counters: limits.map(newCounter), usedAtUs: 0 };
      this.#byId.set(id, account);
    } else if (account.limits !== limits) {
      account.counters = limits.map((limit) => continued(account?.counters ?? [], limit));
      account.limits = limits;
    }
    account.usedAtUs = at.monotonicUs;
    return account;
  }
}

/** A limit that kept its name and kind keeps its count. */
function continued(counters: readonly Counter[], limit: Limit): Counter {
  const before = counters.find(
    (counter) => counter.limit.name === limit.name && counter.limit.kind === limit.kind,
  );
  if (before === undefined) return newCounter(limit);
  before.adopt(limit);
  return before;
}

function unitsOf({ id, workspaceId, counters }: Account): UnitAccount[] {
  return counters.flatMap((counter) =>
    counter instanceof UnitsCounter
      ? [{ workspaceId, name: counterName(id, counter.limit), counter }]
      : [],
  );
}
