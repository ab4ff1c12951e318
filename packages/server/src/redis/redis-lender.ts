import { Undecidable } from "@keyward/core/failure/undecidable";
import { LENT_US_MAX } from "@keyward/core/limit/counter";
import type { LeaseWish } from "@keyward/core/limit/lease";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import { instant } from "@keyward/core/time";
import type { Lender, LentUnits, Loan, LoanReturn } from "@keyward/sdk/limiter/lender";
import type { RedisLink } from "./redis-link.ts";
import type { Selection } from "./selection.ts";
import { argumentsOf, numberAt, sharedCounters, waitAt } from "./shared-limits.ts";
import type { SharedCounter } from "./shared-limits.ts";

export interface RedisLenderParts {
  readonly link: Pick<RedisLink, "charge">;
  /** Lends units of quotas and credits. */
  readonly units: Lender;
  readonly unitLimits: Selection;
  readonly newId: () => string;
  /** As {@link RedisLimiterParts} has it. */
  readonly nowUs?: () => number;
}

interface Wished {
  readonly wish: LeaseWish;
  readonly counter: SharedCounter;
}

/** Lends rates, windows and slots of the counters in Redis that others charge, and units of quotas and credits as without it. */
export class RedisLender implements Lender {
  readonly #parts: RedisLenderParts;

  constructor(parts: RedisLenderParts) {
    this.#parts = parts;
  }

  lend(loans: readonly Loan[]): Promise<readonly (readonly LentUnits[])[]> {
    return Promise.all(loans.map((loan) => this.#lendOne(loan)));
  }

  async giveBack(returns: readonly LoanReturn[]): Promise<void> {
    const { units, unitLimits } = this.#parts;
    const ofUnits: LoanReturn[] = [];
    await Promise.all(
      returns.map(async (each) => {
        const counter = sharedCounters(each).find((known) => isNamed(known, each));
        if (counter === undefined) ofUnits.push({ ...each, key: unitLimits.of(each.key) });
        else if (counter.limit.kind !== "rate") await this.#giveBackShared(each, counter);
      }),
    );
    await units.giveBack(ofUnits);
  }

  /** Units first: when Redis then refuses they are given back, and nobody has spent them. */
  async #lendOne(loan: Loan): Promise<readonly LentUnits[]> {
    const counters = sharedCounters(loan);
    const shared: Wished[] = [];
    const unitWishes: LeaseWish[] = [];
    for (const wish of loan.wishes) {
      const counter = counters.find((known) => isNamed(known, wish));
      if (counter === undefined) unitWishes.push(wish);
      else shared.push({ wish, counter });
    }
    const units = await this.#lendUnits(loan, unitWishes);
    const isRefused = unitWishes.some((wish, index) => {
      return units[index]?.waitUs !== 0 && !isDryRun(loan, wish);
    });
    const ofRedis = shared.length === 0 ? [] : await this.#lendShared(loan, shared, isRefused);
    const isShort = shared.some(({ counter }, index) => {
      return ofRedis?.[index]?.waitUs !== 0 && !counter.limit.dry_run;
    });
    const kept = isShort ? await this.#takeBack(loan, unitWishes, units) : units;
    if (ofRedis === undefined) throw new Undecidable("Redis does not answer");
    const answers = new Map<LeaseWish, LentUnits | undefined>([
      ...unitWishes.map((wish, index) => [wish, kept[index]] as const),
      ...shared.map(({ wish }, index) => [wish, ofRedis[index]] as const),
    ]);
    return loan.wishes.flatMap((wish) => answers.get(wish) ?? []);
  }

  async #lendUnits(loan: Loan, wishes: readonly LeaseWish[]): Promise<readonly LentUnits[]> {
    if (wishes.length === 0) return [];
    const { units, unitLimits } = this.#parts;
    const [lent = []] = await units.lend([{ ...loan, key: unitLimits.of(loan.key), wishes }]);
    return lent;
  }

  async #takeBack(
    loan: Loan,
    wishes: readonly LeaseWish[],
    lent: readonly LentUnits[],
  ): Promise<readonly LentUnits[]> {
    const { units, unitLimits } = this.#parts;
    const key = unitLimits.of(loan.key);
    const returns = wishes.flatMap(({ of, name }, index) => {
      const one = lent[index];
      if (one === undefined || one.units === 0) return [];
      return [{ key, network: loan.network, of, name, units: one.units, at: one.at }];
    });
    await units.giveBack(returns);
    return lent.map((one) => ({ ...one, units: 0, remaining: one.remaining + one.units }));
  }

  async #lendShared(
    { key, borrowers }: Loan,
    wished: readonly Wished[],
    isRefused: boolean,
  ): Promise<readonly LentUnits[] | undefined> {
    const { link, newId, nowUs } = this.#parts;
    const what = ["lend", `${borrowers}`, newId(), isRefused ? "look" : "", `${nowUs?.() ?? ""}`];
    const reply = await link.charge(
      key.workspaceId,
      wished.map(({ counter }) => counter.key),
      [
        ...what,
        ...wished.flatMap(({ counter }) => argumentsOf(counter)),
        ...wished.flatMap(({ wish }) => [`${wish.least}`, `${wish.need}`, `${wish.ahead}`]),
      ],
    );
    if (reply === undefined) return undefined;
    const monotonicUs = numberAt(reply, 0);
    const at = { monotonicUs, now: instant(Math.floor(monotonicUs / 1_000)) };
    return wished.map((_, index) => {
      const refillsInUs = numberAt(reply, 4 + index * 4);
      return {
        units: numberAt(reply, 1 + index * 4),
        remaining: numberAt(reply, 2 + index * 4),
        waitUs: waitAt(reply, 3 + index * 4),
        refillsInUs: refillsInUs < 0 ? undefined : refillsInUs,
        at,
      };
    });
  }

  /** To where it was counted: when it would have been spent at the latest. */
  async #giveBackShared({ key, units, at }: LoanReturn, counter: SharedCounter): Promise<void> {
    const { link, nowUs } = this.#parts;
    const spentBy = at.monotonicUs + LENT_US_MAX;
    const what = ["settle", `${units}`, "", `${spentBy}`, `${nowUs?.() ?? ""}`];
    await link.charge(key.workspaceId, [counter.key], [...what, ...argumentsOf(counter)]);
  }
}

interface Named {
  readonly of: LimitOf;
  readonly name: string;
}

function isNamed({ of, limit }: SharedCounter, named: Named): boolean {
  return of === named.of && limit.name === named.name;
}

function isDryRun({ key }: Loan, { of, name }: Named): boolean {
  const limits = { key: key.limits, owner: key.ownerLimits, api: key.apiLimits }[of];
  return limits.some((limit) => limit.name === name && limit.dry_run);
}
