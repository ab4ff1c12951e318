import { isTooDear } from "@keyward/core/limit/counter";
import type { At } from "@keyward/core/limit/counter";
import { detached, isLimited, TOO_DEAR } from "@keyward/sdk/limiter/limiter";
import type { Lender } from "@keyward/sdk/limiter/lender";
import type { ChargeAnswer, Demand, LimitedKey, Limiter } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import type { UnitDeskParts } from "@keyward/sdk/limiter/unit-desk";
import type { Random } from "../runtime/random.ts";
import { joined } from "./answers.ts";
import { RedisLender } from "./redis-lender.ts";
import { Outage } from "./outage.ts";
import type { RedisLink } from "./redis-link.ts";
import { Selection } from "./selection.ts";
import { SharedCharge } from "./shared-charge.ts";
import { argumentsOf, isShared, judgementOf, sharedCounters } from "./shared-limits.ts";
import type { SharedCounter } from "./shared-limits.ts";

export interface RedisLimiterParts extends UnitDeskParts {
  readonly link: Pick<RedisLink, "charge">;
  readonly random: Random;
  /** How many count in this Redis, this process included. */
  peerCount(): number;
  /** For tests: the microseconds that the script takes for now, in place of the clock of Redis. */
  readonly nowUs?: () => number;
}

/**
 * Counts what time gives back in Redis, exactly and for any number of processes; and units of quotas and credits as ever, out
 * of a store of units into the hand of this process. So a Redis that has lost what it counted, or remembers an earlier count,
 * may admit a burst again, and never a unit (K5; spec/limits.md §9).
 *
 * Units are charged first, and taken back when Redis refuses: all limits of a request, or none. While Redis does not answer
 * each limit means what its `when_unavailable` says.
 */
export class RedisLimiter implements Limiter {
  readonly #parts: RedisLimiterParts;
  readonly #units: LocalLimiter;
  readonly #outage: Outage;
  readonly #unitLimits = new Selection((limit) => (isShared(limit) ? undefined : limit));
  readonly #sharedLimits = new Selection((limit) => (isShared(limit) ? limit : undefined));
  /** So that a charge of another process is never taken for one of ours. */
  readonly #instance: string;
  #idCount = 0;
  readonly lender: Lender;

  constructor(parts: RedisLimiterParts) {
    this.#parts = parts;
    this.#units = new LocalLimiter(parts);
    this.#outage = new Outage(parts);
    this.#instance = Buffer.from(parts.random.bytes(9)).toString("base64url");
    this.lender = new RedisLender({
      ...parts,
      units: this.#units.lender,
      unitLimits: this.#unitLimits,
      newId: () => this.#newId(),
    });
  }

  /** Requests that were judged without Redis, since the start. */
  get degradedCount(): number {
    return this.#outage.judgedCount;
  }

  chargeNow(demand: Demand): ChargeAnswer | undefined {
    const key = this.#unitLimits.of(demand.key);
    const isAllUnits = !isLimited(this.#sharedLimits.of(demand.key));
    return isAllUnits ? this.#units.chargeNow({ ...demand, key }) : undefined;
  }

  charge(demand: Demand): ChargeAnswer | Promise<ChargeAnswer> {
    const units = this.#unitLimits.of(demand.key);
    const shared = this.#sharedLimits.of(demand.key);
    if (!isLimited(shared)) return this.#units.charge({ ...demand, key: units });
    return this.#chargeAll({ ...demand, key: detached(demand.key) }, units, shared);
  }

  /** Forgets what has been idle, a part at a time: to be called every second or so. */
  sweep(at: At): void {
    this.#units.sweep(at);
    this.#outage.sweep(at);
  }

  /** Gives all units back to their store. Nothing may be charged after it. */
  async close(at: At): Promise<void> {
    await this.#units.close(at);
  }

  async #chargeAll(demand: Demand, units: LimitedKey, shared: LimitedKey): Promise<ChargeAnswer> {
    const tooDear = isTooDear(limitsOf(demand.key), demand.cost);
    const dryRun = demand.dryRun || tooDear;
    const byUnits = await this.#chargeUnits({ ...demand, key: units, dryRun });
    const byShared = await this.#chargeShared({
      ...demand,
      key: shared,
      dryRun: dryRun || byUnits?.refusal !== undefined,
      at: this.#parts.now(),
    });
    const isTakenBack = byShared.refusal !== undefined && byUnits?.charged !== undefined;
    const ofUnits = isTakenBack
      ? await this.#takeBack(byUnits, { ...demand, key: units })
      : byUnits;
    const answer = joined(demand, ofUnits === undefined ? [byShared] : [ofUnits, byShared]);
    if (!tooDear) return answer;
    const report = { ...answer.report, retryAfterSeconds: undefined };
    return { refusal: TOO_DEAR, report, charged: undefined };
  }

  /** Always to be settled: what Redis then refuses is taken back. */
  #chargeUnits(demand: Demand): undefined | ChargeAnswer | Promise<ChargeAnswer> {
    return isLimited(demand.key) ? this.#units.charge({ ...demand, hold: true }) : undefined;
  }

  /** What the units say once it is as if nothing had been charged. */
  async #takeBack(answer: ChargeAnswer, demand: Demand): Promise<ChargeAnswer> {
    const at = this.#parts.now();
    answer.charged?.settle(0, at);
    const { report } = await this.#units.charge({ ...demand, cost: 0, at });
    const states = report.states.map((state, index) => ({
      ...state,
      exceeded: answer.report.states[index]?.exceeded ?? false,
    }));
    return { refusal: undefined, report: { ...answer.report, states }, charged: undefined };
  }

  async #chargeShared(demand: Demand): Promise<ChargeAnswer> {
    const { cost, dryRun } = demand;
    const counters = sharedCounters(demand);
    const id = this.#newId();
    const what = [dryRun ? "look" : "charge", `${cost}`, id, ""];
    const reply = await this.#ask(demand, counters, what);
    if (reply === undefined) return this.#outage.charge(demand);
    const { charged, atUs, ...answer } = judgementOf(counters, reply);
    if (charged.length === 0) return { ...answer, charged: undefined };
    const settle = (unused: number) =>
      void this.#ask(demand, charged, ["settle", `${unused}`, id, `${atUs}`]);
    return { ...answer, charged: new SharedCharge(cost, charged, settle) };
  }

  #newId(): string {
    return `${this.#instance}.${this.#idCount++}`;
  }

  #ask(
    { key }: Demand,
    counters: readonly SharedCounter[],
    what: readonly string[],
  ): Promise<readonly number[] | undefined> {
    const { link, nowUs } = this.#parts;
    return link.charge(
      key.workspaceId,
      counters.map((counter) => counter.key),
      [...what, `${nowUs?.() ?? ""}`, ...counters.flatMap(argumentsOf)],
    );
  }
}

function limitsOf({ limits, ownerLimits, apiLimits }: LimitedKey) {
  return [...limits, ...ownerLimits, ...apiLimits].map((limit) => ({ limit }));
}
