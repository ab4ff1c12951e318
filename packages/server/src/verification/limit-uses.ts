import { forecastOf } from "@keyward/core/limit/forecast";
import type { Forecast } from "@keyward/core/limit/forecast";
import type { At } from "@keyward/core/limit/counter";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import type { LimitedKey, Limiter } from "@keyward/sdk/limiter/limiter";

/** How a limit stands, whoever asks. */
export interface LimitUse extends LimitState {
  /** Units that count now; above the limit by an overflow. */
  readonly used: number;
  /** Of a quota, and only once enough of its period has passed. */
  readonly forecast: Forecast | null;
}

/** How the limits of a key stand, those that count each network for itself left out; `undefined` for no key. */
export async function limitUsesOf(
  limiter: Limiter,
  key: LimitedKey | undefined,
  at: At,
): Promise<readonly LimitUse[] | undefined> {
  if (key === undefined) return undefined;
  const look = { key, cost: 0, network: undefined, at, hold: false, dryRun: true };
  const { report } = await limiter.charge(look);
  const places = { key: key.limits, owner: key.ownerLimits, api: key.apiLimits };
  return report.states.flatMap((state) => {
    const limit = places[state.of].find(({ name }) => name === state.name);
    return limit === undefined || limit.per === "network" ? [] : [useOf(state, limit, at)];
  });
}

function useOf(state: LimitState, limit: Limit, { now }: At): LimitUse {
  const used = Math.max(0, state.limit - state.remaining);
  return { ...state, used, forecast: limit.kind === "quota" ? forecastOf(limit, used, now) : null };
}
