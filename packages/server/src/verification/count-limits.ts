// What limits add to a decision: they are asked last, and only about what nothing else refuses (spec/limits.md).
import { networkOf, parseIp } from "@keyward/core/restriction/ip-address";
import type { At } from "@keyward/core/limit/counter";
import type { Instant } from "@keyward/core/time";
import type { MeteredRequest } from "@keyward/core/usage/metered";
import type { Allowed } from "@keyward/core/verdict/verdict";
import { isLimited } from "@keyward/sdk/limiter/limiter";
import type { ChargeAnswer, Limiter } from "@keyward/sdk/limiter/limiter";
import type { Clock } from "../runtime/clock.ts";

export interface LimitParts {
  readonly limiter: Limiter;
  readonly clock: Pick<Clock, "monotonicMs">;
}

export function atOf({ clock }: Pick<LimitParts, "clock">, now: Instant): At {
  return { monotonicUs: Math.floor(clock.monotonicMs() * 1_000), now };
}

/** Asks the limits of an allowed key; `undefined` where it has none. */
export function chargeFor(
  parts: LimitParts,
  { key }: Allowed,
  { cost = 1, context }: MeteredRequest,
  now: Instant,
  dryRun = false,
): ChargeAnswer | Promise<ChargeAnswer> | undefined {
  if (!isLimited(key)) return undefined;
  const network = networkOfIp(context?.ip);
  return parts.limiter.charge({ key, cost, network, at: atOf(parts, now), hold: false, dryRun });
}

export function networkOfIp(ip: string | undefined): string | undefined {
  const address = ip === undefined ? undefined : parseIp(ip);
  return address && networkOf(address);
}
