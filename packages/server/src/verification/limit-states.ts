import type { At } from "@keyward/core/limit/counter";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import type { LimitedKey, Limiter } from "@keyward/sdk/limiter/limiter";

/** How the limits of a key stand, those that count each network for itself left out; `undefined` for no key. */
export async function statesOf(
  limiter: Limiter,
  key: LimitedKey | undefined,
  at: At,
): Promise<readonly LimitState[] | undefined> {
  if (key === undefined) return undefined;
  const look = { key, cost: 0, network: undefined, at, hold: false, dryRun: true };
  const { report } = await limiter.charge(look);
  const places = { key: key.limits, owner: key.ownerLimits, api: key.apiLimits };
  return report.states.filter(({ of, name }) => !isOfNetwork(places[of], name));
}

function isOfNetwork(limits: readonly Limit[], name: string): boolean {
  return limits.find((limit) => limit.name === name)?.per === "network";
}
