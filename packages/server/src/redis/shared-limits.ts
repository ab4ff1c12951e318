// The limits of a request that Redis counts, as the script takes and answers them.
import { denialOf, secondsOf, stateOf } from "@keyward/core/limit/limit-report";
import type { LimitOf, LimitState } from "@keyward/core/limit/limit-report";
import type { ConcurrencyLimit, Limit, RateLimit, WindowLimit } from "@keyward/core/limit/limit";
import type { ChargeAnswer, Demand } from "@keyward/sdk/limiter/limiter";
import { counterName, eachSubject } from "@keyward/sdk/limiter/subjects";

/** Time gives them back, so that they may be counted where something can get lost. */
export type SharedLimit = RateLimit | WindowLimit | ConcurrencyLimit;

export function isShared(limit: Limit): limit is SharedLimit {
  return limit.kind === "rate" || limit.kind === "window" || limit.kind === "concurrency";
}

/** One limit, and the counter in which it stands. */
export interface SharedCounter {
  readonly key: string;
  readonly of: LimitOf;
  readonly limit: SharedLimit;
}

/** In the order in which limits are told. All of a workspace stand in one slot, so that one call can judge them. */
export function sharedCounters(demand: Pick<Demand, "key" | "network">): readonly SharedCounter[] {
  const found: SharedCounter[] = [];
  eachSubject(demand, (id, of, limits) => {
    for (const limit of limits) {
      if (!isShared(limit)) continue;
      const key = `keyward:{${demand.key.workspaceId}}:${counterName(id, limit)}`;
      found.push({ key, of, limit });
    }
  });
  return found;
}

/** What the script takes of each limit. */
export function argumentsOf({ limit }: SharedCounter): readonly string[] {
  const dryRun = limit.dry_run ? "1" : "0";
  switch (limit.kind) {
    case "rate":
      return ["rate", dryRun, `${limit.rate}`, `${limit.burst}`, `${limit.per_seconds}`];
    case "window":
      return ["window", dryRun, `${limit.limit}`, `${limit.window_seconds}`, "0"];
    case "concurrency":
      return ["slots", dryRun, `${limit.limit}`, `${limit.lease_seconds}`, "0"];
  }
}

/** What the script had to say. */
export interface Judged extends Omit<ChargeAnswer, "charged"> {
  /** By the clock of Redis, in microseconds. */
  readonly atUs: number;
  /** Those that were charged. */
  readonly charged: readonly SharedCounter[];
}

/** Of several that refuse the one that makes wait longest, of equals the first (spec/limits.md §7). */
export function judgementOf(counters: readonly SharedCounter[], reply: readonly number[]): Judged {
  const states: LimitState[] = [];
  const charged: SharedCounter[] = [];
  let longestUs = 0;
  let refusing: SharedLimit | undefined;
  for (const [index, counter] of counters.entries()) {
    const { limit, of } = counter;
    const waitUs = waitAt(reply, 2 + index * 3);
    const remaining = numberAt(reply, 3 + index * 3);
    const refillsInUs = numberAt(reply, 4 + index * 3);
    const standing = { remaining, refillsInUs: refillsInUs < 0 ? undefined : refillsInUs };
    states.push(stateOf(limit, of, waitUs > 0, standing));
    if (waitUs === 0) charged.push(counter);
    if (limit.dry_run || waitUs <= longestUs) continue;
    longestUs = waitUs;
    refusing = limit;
  }
  const retryAfterSeconds = refusing && secondsOf(longestUs);
  return {
    refusal: refusing && denialOf(refusing),
    report: { states, retryAfterSeconds, degraded: false },
    atUs: numberAt(reply, 0),
    charged: numberAt(reply, 1) === 1 ? charged : [],
  };
}

/** What the script says where no time helps: 2⁵³ − 1. */
const NEVER_US = Number.MAX_SAFE_INTEGER;

export function waitAt(reply: readonly number[], index: number): number {
  const waitUs = numberAt(reply, index);
  return waitUs === NEVER_US ? Infinity : waitUs;
}

export function numberAt(reply: readonly number[], index: number): number {
  const number = reply[index];
  if (number === undefined) throw new Error("the script has left something out");
  return number;
}
