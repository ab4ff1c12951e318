import { chargeAll, isTooDear, refusing } from "@keyward/core/limit/counter";
import type { At, Counter } from "@keyward/core/limit/counter";
import { denialOf, limitState, secondsOf } from "@keyward/core/limit/limit-report";
import type { LimitReport, LimitState } from "@keyward/core/limit/limit-report";
import { Accounts } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import { chargedOf } from "./charged.ts";
import { detached, STORE_RETRY_SECONDS, TOO_DEAR } from "./limiter.ts";
import type { ChargeAnswer, Demand, Limiter } from "./limiter.ts";
import type { Supply } from "./supply.ts";

/** What has come may be spent by others meanwhile; then it is asked for again, this often. */
const ASKED_MAX = 20;
/** How much later than it was charged something may be settled. */
const HELD_US_MAX = 3_600_000_000;

/**
 * Counts in the memory of this process: nothing comes between asking all limits and charging them. Where counters need
 * something of somebody else first, it comes some ahead, so that hardly any request waits for it.
 */
export class CountingLimiter implements Limiter {
  protected readonly accounts: Accounts;
  readonly #supply: Supply;
  /** Used anew for every demand: all of it is read before anything else can run. */
  readonly #found: Account[] = [];
  readonly #counters: Counter[] = [];

  constructor(supply: Supply) {
    this.#supply = supply;
    this.accounts = new Accounts((limit) => supply.newCounter(limit));
  }

  /** Subjects that are counted now. */
  get accountCount(): number {
    return this.accounts.count;
  }

  chargeNow(demand: Demand): ChargeAnswer | undefined {
    this.#find(demand);
    if (isTooDear(this.#counters, demand.cost)) return this.#refuse(demand, TOO_DEAR, undefined);
    const isOpen = this.#mustAsk(demand) && !this.#isRefused(demand);
    if (isOpen && !this.#supply.askNow(this.#found, demand)) return undefined;
    return this.#judge(demand);
  }

  charge(demand: Demand): ChargeAnswer | Promise<ChargeAnswer> {
    return this.chargeNow(demand) ?? this.#chargeLater(demand);
  }

  /** Forgets what has been idle, a part at a time: to be called every second or so. */
  sweep(at: At): void {
    this.accounts.sweep(at, (account) => this.#supply.giveBack(account, at));
  }

  /** Gives back all that is in hand. Nothing may be charged after it. */
  async close(at: At): Promise<void> {
    for (const account of this.accounts.all()) this.#supply.giveBack(account, at);
    await this.#supply.settled();
  }

  #find(demand: Demand): void {
    this.#found.length = 0;
    this.#counters.length = 0;
    this.accounts.find(demand, this.#found);
    for (const { counters } of this.#found) {
      for (const counter of counters) this.#counters.push(counter);
    }
  }

  #mustAsk({ cost, at }: Demand): boolean {
    for (const counter of this.#counters) if (counter.mustAsk(cost, at)) return true;
    return false;
  }

  #isRefused({ cost, at }: Demand): boolean {
    for (const counter of this.#counters) {
      if (!counter.limit.dry_run && this.#supply.isRefused(counter, cost, at)) return true;
    }
    return false;
  }

  async #chargeLater(given: Demand): Promise<ChargeAnswer> {
    let demand: Demand = { ...given, key: detached(given.key) };
    for (let asked = 0; asked < ASKED_MAX; asked++) {
      const isAnswered = await this.#supply.ask(this.#found, demand);
      demand = asOf(demand, this.#supply.now());
      this.#find(demand);
      if (!this.#mustAsk(demand) || this.#isRefused(demand)) return this.#judge(demand);
      if (!isAnswered) break;
    }
    return this.#chargeDegraded(demand);
  }

  /** Judges what {@link #find} has found, and charges it when nothing refuses. */
  #judge(demand: Demand): ChargeAnswer {
    const { cost, at, dryRun } = demand;
    const counters = this.#counters;
    const refusal = refusing(counters, cost, at);
    if (refusal !== undefined) return this.#refuseBy(refusal, demand);
    if (!dryRun && cost > 0) return this.#admit(counters, demand);
    const report = this.#report(demand, exceededBy(counters, cost, at));
    return { refusal: undefined, report, charged: undefined };
  }

  /** What a limit means that gets no answer, it says itself. What is in hand is spent as ever. */
  #chargeDegraded(demand: Demand): ChargeAnswer {
    const { cost, at } = demand;
    const judged: Counter[] = [];
    const standIns = new Map<Counter, Counter>();
    let mute: Counter | undefined;
    for (const counter of this.#counters) {
      const { when_unavailable: whenUnavailable, dry_run: isDryRun } = counter.limit;
      if (!counter.mustAsk(cost, at)) judged.push(counter);
      else if (whenUnavailable !== "allow" && !isDryRun) {
        const standIn = whenUnavailable === "local" ? this.#supply.standIn(counter) : undefined;
        if (standIn === undefined) mute ??= counter;
        else {
          judged.push(standIn);
          standIns.set(counter, standIn);
        }
      }
    }
    if (mute !== undefined) {
      return this.#refuse(demand, denialOf(mute.limit), STORE_RETRY_SECONDS, standIns);
    }
    const refusal = refusing(judged, cost, at);
    if (refusal !== undefined) return this.#refuseBy(refusal, demand, standIns);
    return this.#admit(judged, demand, standIns);
  }

  #admit(counters: readonly Counter[], demand: Demand, standIns?: StandIns): ChargeAnswer {
    const { cost, at } = demand;
    const exceeded = exceededBy(this.#counters, cost, at);
    const charged = chargedOf(this.#found, counters, demand);
    chargeAll(counters, cost, at);
    if (demand.hold) this.#hold(at);
    this.#supply.prefetch(this.#found, demand);
    return { refusal: undefined, report: this.#report(demand, exceeded, standIns), charged };
  }

  #hold({ monotonicUs }: At): void {
    for (const account of this.#found) account.heldUntilUs = monotonicUs + HELD_US_MAX;
  }

  #refuseBy(counter: Counter, demand: Demand, standIns?: StandIns): ChargeAnswer {
    const waitUs = counter.waitUs(demand.cost, demand.at);
    const retryAfterSeconds = waitUs === Infinity ? undefined : secondsOf(waitUs);
    return this.#refuse(demand, denialOf(counter.limit), retryAfterSeconds, standIns);
  }

  #refuse(
    demand: Demand,
    refusal: ChargeAnswer["refusal"],
    retryAfterSeconds: number | undefined,
    standIns?: StandIns,
  ): ChargeAnswer {
    const exceeded = exceededBy(this.#counters, demand.cost, demand.at, true);
    const report = this.#report(demand, exceeded, standIns, retryAfterSeconds);
    return { refusal, report, charged: undefined };
  }

  #report(
    { at }: Demand,
    exceeded: readonly boolean[] | undefined,
    standIns?: StandIns,
    retryAfterSeconds?: number,
  ): LimitReport {
    const states: LimitState[] = [];
    for (const { of, counters } of this.#found) {
      for (const counter of counters) {
        const told = standIns?.get(counter) ?? counter;
        states.push(limitState(told, of, exceeded?.[states.length] ?? false, at));
      }
    }
    return { states, retryAfterSeconds, degraded: standIns !== undefined };
  }
}

/** What counts in the place of counters that got no answer; `undefined` where all had one. */
type StandIns = ReadonlyMap<Counter, Counter>;

function asOf(demand: Demand, at: At): Demand {
  return { ...demand, at };
}

/** Which of them the cost does not pass, before it is charged; of an admitted one only dry-run limits can be among them. */
function exceededBy(
  counters: readonly Counter[],
  cost: number,
  at: At,
  isRefused = false,
): readonly boolean[] | undefined {
  if (!isRefused && !counters.some(({ limit }) => limit.dry_run)) return undefined;
  return counters.map((counter) => counter.waitUs(cost, at) > 0);
}
