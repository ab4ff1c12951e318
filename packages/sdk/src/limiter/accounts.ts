// The counters of one process: an account for each subject that has been counted, made when it is first needed and
// forgotten when a new one would say the same.
import { Undecidable } from "@keyward/core/failure/undecidable";
import type { WorkspaceId } from "@keyward/core/id";
import type { At, Counter } from "@keyward/core/limit/counter";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import type { Limit, LimitSubject } from "@keyward/core/limit/limit";
import { newCounter } from "@keyward/core/limit/new-counter";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import type { Demand } from "./limiter.ts";
import type { UnitAccount } from "./unit-desk.ts";

/** Of so many subjects counters are kept at once; more make a limit undecidable, never generous. */
export const ACCOUNTS_MAX = 1_000_000;
const SWEPT_AT_ONCE = 10_000;
/** After so long unused, units in hand go back to their store. */
const UNITS_IDLE_US = 60_000_000;

/** Some limits of one place that count by the same subject. */
interface Group {
  readonly subject: LimitSubject;
  readonly limits: readonly Limit[];
}

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
  /** A set of limits stays the same list for as long as it is not changed. */
  readonly #groupsOf = new WeakMap<readonly Limit[], readonly Group[]>();
  #sweep: MapIterator<Account> | undefined;

  get count(): number {
    return this.#byId.size;
  }

  /** Adds to `found` every account that counts the demand, in the order in which limits are told. */
  find(demand: Demand, found: Account[]): void {
    const { key } = demand;
    if (key.limits.length > 0) this.#findOf("key", key.keyId, key.limits, demand, found);
    if (key.ownerLimits.length > 0) {
      this.#findOf("owner", key.ownerId, key.ownerLimits, demand, found);
    }
    if (key.apiLimits.length > 0) this.#findOf("api", key.apiId, key.apiLimits, demand, found);
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

  #findOf(
    of: LimitOf,
    placeId: string,
    limits: readonly Limit[],
    demand: Demand,
    found: Account[],
  ): void {
    for (const { subject, limits: counted } of this.#group(of, limits)) {
      const id = subject === of ? placeId : `${placeId}|${subjectOf(subject, demand)}`;
      found.push(this.#account(id, of, counted, demand));
    }
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

  #group(of: LimitOf, limits: readonly Limit[]): readonly Group[] {
    let groups = this.#groupsOf.get(limits);
    if (groups === undefined) {
      const bySubject = Map.groupBy(limits, ({ per }) => per ?? of);
      // What counts by the place itself comes first: most sets have nothing else.
      groups = [...bySubject]
        .map(([subject, counted]) => ({ subject, limits: counted }))
        .toSorted((one, other) => Number(other.subject === of) - Number(one.subject === of));
      this.#groupsOf.set(limits, groups);
    }
    return groups;
  }
}

function subjectOf(subject: LimitSubject, { key, network }: Demand): string {
  switch (subject) {
    case "key":
      return key.keyId;
    case "owner":
      return key.ownerId;
    case "api":
      return key.apiId;
    case "network":
      return network ?? "";
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
    counter instanceof UnitsCounter ? [{ workspaceId, name: unitName(id, counter), counter }] : [],
  );
}

export function unitName(accountId: string, { limit }: UnitsCounter): string {
  return `${accountId}|${limit.kind}|${limit.name}`;
}
