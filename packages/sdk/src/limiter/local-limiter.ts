import { chargeAll, isTooDear, refusing } from "@keyward/core/limit/counter";
import type { At, Counter } from "@keyward/core/limit/counter";
import { denialOf, limitState, secondsOf } from "@keyward/core/limit/limit-report";
import type { LimitReport, LimitState } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import { Accounts } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import type { Charged, ChargeAnswer, Demand, Limiter } from "./limiter.ts";
import { counterName } from "./subjects.ts";
import { UnitDesk } from "./unit-desk.ts";
import type { UnitAccount, UnitDeskParts } from "./unit-desk.ts";

/** Units may be spent by others while they come; then they are asked for again, this often. */
const ASKED_MAX = 20;
/** How long whoever is refused for want of a store is told to wait. */
const STORE_RETRY_SECONDS = 1;

/**
 * Counts in the memory of this process, exactly: nothing comes between asking all limits and charging them. Units of
 * quotas and credits come out of a store before they are spent, some ahead, so that hardly any request waits for it.
 */
export class LocalLimiter implements Limiter {
  readonly #accounts = new Accounts();
  readonly #desk: UnitDesk;
  /** Used anew for every demand: all of it is read before anything else can run. */
  readonly #found: Account[] = [];
  readonly #counters: Counter[] = [];

  constructor(parts: UnitDeskParts) {
    this.#desk = new UnitDesk(parts);
  }

  /** Subjects that are counted now. */
  get accountCount(): number {
    return this.#accounts.count;
  }

  charge(demand: Demand): ChargeAnswer | Promise<ChargeAnswer> {
    this.#find(demand);
    if (isTooDear(this.#counters, demand.cost)) return this.#refuse(demand, TOO_DEAR, undefined);
    if (!this.#mustAsk(demand)) return this.#chargeNow(demand);
    const isAnswered = this.#desk.askNow(this.#toAsk(demand), demand.cost);
    return isAnswered ? this.#chargeNow(demand) : this.#chargeLater(demand);
  }

  /** Forgets what has been idle, a part at a time: to be called every second or so. */
  sweep(at: At): void {
    this.#accounts.sweep(at, (account) => this.#desk.giveBack(account, at));
  }

  /** Gives all units back to their store. Nothing may be charged after it. */
  async close(at: At): Promise<void> {
    for (const account of this.#accounts.withUnits()) this.#desk.giveBack(account, at);
    await this.#desk.settled();
  }

  #find(demand: Demand): void {
    this.#found.length = 0;
    this.#counters.length = 0;
    this.#accounts.find(demand, this.#found);
    for (const { counters } of this.#found) {
      for (const counter of counters) this.#counters.push(counter);
    }
  }

  #mustAsk({ cost, at }: Demand): boolean {
    for (const counter of this.#counters) if (isWithoutWord(counter, cost, at)) return true;
    return false;
  }

  /** The key may be a view that is not valid after a wait, so what is needed of it is taken first. */
  async #chargeLater(given: Demand): Promise<ChargeAnswer> {
    const { workspaceId, keyId, ownerId, apiId, limits, ownerLimits, apiLimits } = given.key;
    const key = { workspaceId, keyId, ownerId, apiId, limits, ownerLimits, apiLimits };
    let demand: Demand = { ...given, key };
    for (let asked = 0; asked < ASKED_MAX && this.#mustAsk(demand); asked++) {
      const isAnswered = await this.#desk.ask(this.#toAsk(demand), demand.cost);
      demand = asOf(demand, this.#desk.now());
      this.#find(demand);
      if (!isAnswered) break;
    }
    return this.#mustAsk(demand) ? this.#chargeDegraded(demand) : this.#chargeNow(demand);
  }

  #toAsk({ cost, at }: Demand): readonly UnitAccount[] {
    return this.#found.flatMap(({ id, workspaceId, counters }) =>
      counters.flatMap((counter) =>
        counter instanceof UnitsCounter && counter.mustAsk(cost, at)
          ? [{ workspaceId, name: counterName(id, counter.limit), counter }]
          : [],
      ),
    );
  }

  /** Judges what {@link #find} has found, and charges it when nothing refuses. */
  #chargeNow(demand: Demand): ChargeAnswer {
    const { cost, at, dryRun } = demand;
    const counters = this.#counters;
    const refusal = refusing(counters, cost, at);
    if (refusal !== undefined) {
      const waitUs = refusal.waitUs(cost, at);
      return this.#refuse(
        demand,
        denialOf(refusal.limit),
        waitUs === Infinity ? undefined : secondsOf(waitUs),
      );
    }
    if (dryRun || cost === 0) return admit(this.#report(demand, exceededBy(counters, cost, at)));
    return this.#admit(counters, demand, false);
  }

  /** What a limit means whose store does not answer, it says itself. Units in hand are spent as ever. */
  #chargeDegraded(demand: Demand): ChargeAnswer {
    const { cost, at } = demand;
    const judged = this.#counters.filter((counter) => !isWithoutWord(counter, cost, at));
    const mute = this.#counters.filter((counter) => isWithoutWord(counter, cost, at));
    const refusal =
      mute.find(({ limit }) => limit.when_unavailable !== "allow" && !limit.dry_run) ??
      refusing(judged, cost, at);
    if (refusal !== undefined) {
      return this.#refuse(demand, denialOf(refusal.limit), STORE_RETRY_SECONDS, true);
    }
    return this.#admit(judged, demand, true);
  }

  #admit(counters: readonly Counter[], demand: Demand, degraded: boolean): ChargeAnswer {
    const { cost, at } = demand;
    const exceeded = exceededBy(this.#counters, cost, at);
    const charged = isToBeSettled(counters, demand) ? new LocalCharge(counters, demand) : undefined;
    chargeAll(counters, cost, at);
    this.#prefetch();
    return { refusal: undefined, report: this.#report(demand, exceeded, degraded), charged };
  }

  #refuse(
    demand: Demand,
    refusal: ChargeAnswer["refusal"],
    retryAfterSeconds: number | undefined,
    degraded = false,
  ): ChargeAnswer {
    const exceeded = exceededBy(this.#counters, demand.cost, demand.at, true);
    const report = this.#report(demand, exceeded, degraded, retryAfterSeconds);
    return { refusal, report, charged: undefined };
  }

  #prefetch(): void {
    for (const { id, workspaceId, counters } of this.#found) {
      for (const counter of counters) {
        if (!(counter instanceof UnitsCounter) || !counter.isLow()) continue;
        this.#desk.prefetch({ workspaceId, name: counterName(id, counter.limit), counter });
      }
    }
  }

  #report(
    { at }: Demand,
    exceeded: readonly boolean[] | undefined,
    degraded = false,
    retryAfterSeconds?: number,
  ): LimitReport {
    const states: LimitState[] = [];
    for (const { of, counters } of this.#found) {
      for (const counter of counters) {
        states.push(limitState(counter, of, exceeded?.[states.length] ?? false, at));
      }
    }
    return { states, retryAfterSeconds, degraded };
  }
}

const TOO_DEAR = { code: "cost_exceeds_limit", status: 400 } as const;

function asOf(demand: Demand, at: At): Demand {
  return { ...demand, at };
}

function admit(report: LimitReport): ChargeAnswer {
  return { refusal: undefined, report, charged: undefined };
}

function isWithoutWord(counter: Counter, cost: number, at: At): boolean {
  return counter instanceof UnitsCounter && counter.mustAsk(cost, at);
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

function isToBeSettled(counters: readonly Counter[], { hold }: Demand): boolean {
  return hold || counters.some(isSlots);
}

function isSlots({ limit }: { readonly limit: Limit }): boolean {
  return limit.kind === "concurrency";
}

class LocalCharge implements Charged {
  readonly cost: number;
  readonly holdsSlot: boolean;
  readonly #counters: readonly Counter[];
  readonly #at: At;
  #isSettled = false;

  /** Before they are charged: a dry-run limit that the cost exceeds will not be. */
  constructor(counters: readonly Counter[], { cost, at }: Demand) {
    this.cost = cost;
    this.#at = at;
    this.#counters = counters.filter(
      (counter) => !counter.limit.dry_run || counter.waitUs(cost, at) === 0,
    );
    this.holdsSlot = this.#counters.some(isSlots);
  }

  settle(actual: number, at: At): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const counter of this.#counters) counter.settle(this.cost - actual, this.#at, at);
  }
}
