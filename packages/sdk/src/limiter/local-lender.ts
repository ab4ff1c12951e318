import { Undecidable } from "@keyward/core/failure/undecidable";
import { LENT_US_MAX } from "@keyward/core/limit/counter";
import type { At, Counter } from "@keyward/core/limit/counter";
import type { LeaseWish } from "@keyward/core/limit/lease";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import type { Account, Accounts } from "./accounts.ts";
import { UNKNOWN_LIMIT_WAIT_US } from "./lender.ts";
import type { Borrower, Lender, LentUnits, Loan, LoanReturn } from "./lender.ts";
import type { UnitDesk } from "./unit-desk.ts";

/** What has come may be spent by others meanwhile; then it is asked for again, this often. */
const ASKED_MAX = 20;

interface Known {
  readonly account: Account;
  readonly counter: Counter;
}

interface Wished {
  readonly wish: LeaseWish;
  readonly known: Known | undefined;
}

/** Lends of the counters by which its own process decides. */
export class LocalLender implements Lender {
  readonly #accounts: Accounts;
  readonly #desk: UnitDesk;

  constructor(accounts: Accounts, desk: UnitDesk) {
    this.#accounts = accounts;
    this.#desk = desk;
  }

  async lend(loans: readonly Loan[]): Promise<readonly (readonly LentUnits[])[]> {
    for (let asked = 0; asked < ASKED_MAX; asked++) {
      const short = loans.filter((loan) => this.#unitsShort(loan).length > 0);
      if (short.length === 0) break;
      await Promise.all(short.map((loan) => this.#fetchUnits(loan)));
    }
    return loans.map((loan) => this.#lendOne(loan));
  }

  giveBack(returns: readonly LoanReturn[]): Promise<void> {
    const now = this.#desk.now();
    for (const each of returns) {
      const counter = this.#find(each, now).find((known) => isNamed(known, each))?.counter;
      if (counter === undefined || counter.limit.kind === "rate") continue;
      const at = spentAt(counter, each.at);
      // A slot is one charge, whatever else it counts.
      const times = counter.limit.kind === "concurrency" ? each.units : 1;
      for (let time = 0; time < times; time++) counter.settle(each.units, at, now);
    }
    return Promise.resolve();
  }

  /** @throws Undecidable when the store does not answer */
  async #fetchUnits(loan: Loan): Promise<void> {
    const { key, network } = loan;
    for (const { account, cost } of this.#unitsShort(loan)) {
      const demand = { key, network, at: this.#desk.now(), cost, hold: false, dryRun: false };
      if (this.#desk.askNow([account], demand)) continue;
      if (await this.#desk.ask([account], demand)) continue;
      throw new Undecidable("the store of units does not answer");
    }
  }

  /** Accounts for whose units the store has to be asked. */
  #unitsShort(loan: Loan): readonly { readonly account: Account; readonly cost: number }[] {
    const at = this.#desk.now();
    return this.#wished(loan, at).flatMap(({ wish, known }) => {
      if (known === undefined || !(known.counter instanceof UnitsCounter)) return [];
      const left = known.counter.left(at);
      const wanted = wish.need + aheadOf(left, wish, loan.borrowers);
      const cost = Math.max(wish.least, Math.min(left, wanted));
      return known.counter.mustAsk(cost, at) ? [{ account: known.account, cost }] : [];
    });
  }

  #lendOne(loan: Loan): readonly LentUnits[] {
    const at = this.#desk.now();
    const wished = this.#wished(loan, at);
    // Of units that others of this call were faster to take, more are asked for the next time.
    const waits = wished.map(({ wish, known }) => {
      if (known === undefined) return UNKNOWN_LIMIT_WAIT_US;
      const { counter } = known;
      return counter.mustAsk(wish.least, at) ? undefined : counter.waitUs(wish.least, at);
    });
    const isRefused = wished.some(
      ({ known }, index) => known?.counter.limit.dry_run !== true && waits[index] !== 0,
    );
    return wished.map(({ wish, known }, index) => {
      const counter = known?.counter;
      const passes = !isRefused && waits[index] === 0;
      return {
        units: passes && counter !== undefined ? lent(counter, wish, loan.borrowers, at) : 0,
        remaining: counter === undefined ? 0 : remainingOf(counter, at),
        waitUs: waits[index] ?? 0,
        refillsInUs: counter?.refillsInUs(at),
        at,
      };
    });
  }

  #wished(loan: Loan, at: At): readonly Wished[] {
    const known = this.#find(loan, at);
    return loan.wishes.map((wish) => {
      return { wish, known: known.find((each) => isNamed(each, wish)) };
    });
  }

  #find({ key, network }: Borrower, at: At): readonly Known[] {
    const accounts: Account[] = [];
    this.#accounts.find({ key, network, at }, accounts);
    return accounts.flatMap((account) => account.counters.map((counter) => ({ account, counter })));
  }
}

function isNamed(
  { account, counter }: Known,
  { of, name }: { readonly of: LimitOf; readonly name: string },
): boolean {
  return account.of === of && counter.limit.name === name;
}

/** Counts what it answers. */
function lent(counter: Counter, wish: LeaseWish, borrowers: number, at: At): number {
  const isOfStore = counter instanceof UnitsCounter;
  const left = isOfStore ? counter.left(at) : counter.remaining(at);
  const passing = isOfStore ? counter.available(at) : left;
  const units = Math.min(passing, wish.need + aheadOf(left, wish, borrowers));
  if (counter.limit.kind !== "concurrency") counter.charge(units, at, LENT_US_MAX);
  else for (let slot = 0; slot < units; slot++) counter.charge(1, at, LENT_US_MAX);
  return units;
}

/** Of what is left beyond the need, no more than an even share. */
function aheadOf(left: number, { need, ahead }: LeaseWish, borrowers: number): number {
  return Math.max(0, Math.min(ahead, Math.floor((left - need) / borrowers)));
}

/** Where the counter has put what was lent at an instant. */
function spentAt({ limit }: Counter, at: At): At {
  const isLater = limit.kind === "window" || limit.kind === "concurrency";
  return isLater ? { ...at, monotonicUs: at.monotonicUs + LENT_US_MAX } : at;
}

function remainingOf(counter: Counter, at: At): number {
  const { limit } = counter;
  return limit.kind === "quota" && counter instanceof UnitsCounter
    ? limit.limit - counter.used(at)
    : counter.remaining(at);
}
