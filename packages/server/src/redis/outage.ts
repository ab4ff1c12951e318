import type { At } from "@keyward/core/limit/counter";
import { isTooDear } from "@keyward/core/limit/counter";
import { denialOf, stateOf } from "@keyward/core/limit/limit-report";
import type { LimitOf, LimitState } from "@keyward/core/limit/limit-report";
import { costMaxOf } from "@keyward/core/limit/limit";
import type { Limit } from "@keyward/core/limit/limit";
import { shareOf } from "@keyward/core/limit/share";
import { STORE_RETRY_SECONDS } from "@keyward/sdk/limiter/limiter";
import type { ChargeAnswer, Demand } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import { eachSubject } from "@keyward/sdk/limiter/subjects";
import type { UnitDeskParts } from "@keyward/sdk/limiter/unit-desk";
import { joined } from "./answers.ts";
import { Selection } from "./selection.ts";

const RETRY_US = STORE_RETRY_SECONDS * 1_000_000;

export interface OutageParts extends UnitDeskParts {
  /** Among how many a limit is shared that each then counts by itself. */
  peerCount(): number;
}

/** Judges limits that Redis would count while it does not answer: by what each of them says it then means. */
export class Outage {
  readonly #parts: OutageParts;
  readonly #local: LocalLimiter;
  readonly #others = new Selection((limit) =>
    limit.when_unavailable === "local" ? undefined : limit,
  );
  #shares = sharesAmong(1);
  #judgedCount = 0;

  constructor(parts: OutageParts) {
    this.#parts = parts;
    this.#local = new LocalLimiter({ ...parts, store: new MemoryUnitStore() });
  }

  get judgedCount(): number {
    return this.#judgedCount;
  }

  async charge(demand: Demand): Promise<ChargeAnswer> {
    this.#judgedCount++;
    const count = this.#parts.peerCount();
    if (count !== this.#shares.count) this.#shares = sharesAmong(count);
    const key = this.#shares.selection.of(demand.key);
    const limits = [...key.limits, ...key.ownerLimits, ...key.apiLimits];
    // What is more than a share holds is no mistake of whoever asks.
    if (
      isTooDear(
        limits.map((limit) => ({ limit })),
        demand.cost,
      )
    ) {
      return uncounted(demand, (limit) => demand.cost > costMaxOf(shareOf(limit, count)));
    }
    const others = uncounted({ ...demand, key: this.#others.of(demand.key) }, () => false);
    const dryRun = demand.dryRun || others.refusal !== undefined;
    return joined(demand, [await this.#local.charge({ ...demand, key, dryRun }), others]);
  }

  sweep(at: At): void {
    this.#local.sweep(at);
  }
}

function sharesAmong(count: number) {
  const share = (limit: Limit) =>
    limit.when_unavailable === "local" ? shareOf(limit, count) : undefined;
  return { count, selection: new Selection(share) };
}

/** `deny` refuses, and so does what does not fit; the others admit. Nobody counts. */
function uncounted(demand: Demand, isUnfit: (limit: Limit) => boolean): ChargeAnswer {
  const states: LimitState[] = [];
  let refusing: Limit | undefined;
  eachSubject(demand, (_, of, limits) => {
    for (const limit of limits) {
      const denies = demand.cost > 0 && (limit.when_unavailable === "deny" || isUnfit(limit));
      states.push(stateWithoutRedis(limit, of, denies));
      if (denies && !limit.dry_run) refusing ??= limit;
    }
  });
  const retryAfterSeconds = refusing && STORE_RETRY_SECONDS;
  return {
    refusal: refusing && denialOf(refusing),
    report: { states, retryAfterSeconds, degraded: true },
    charged: undefined,
  };
}

function stateWithoutRedis(limit: Limit, of: LimitOf, denies: boolean): LimitState {
  const whole = limit.kind === "concurrency" ? limit.limit : costMaxOf(limit);
  const standing = denies
    ? { remaining: 0, refillsInUs: RETRY_US }
    : { remaining: whole, refillsInUs: undefined };
  return stateOf(limit, of, denies, standing);
}
