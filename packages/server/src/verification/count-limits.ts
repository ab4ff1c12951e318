// What limits add to a decision: they are asked last, and only about what nothing else refuses (spec/limits.md).
import { networkOf, parseIp } from "@keyward/core/restriction/ip-address";
import type { At } from "@keyward/core/limit/counter";
import type { Instant } from "@keyward/core/time";
import type { MeteredRequest } from "@keyward/core/usage/metered";
import type { Allowed } from "@keyward/core/verdict/verdict";
import { isLimited } from "@keyward/sdk/limiter/limiter";
import type { ChargeAnswer, Limiter } from "@keyward/sdk/limiter/limiter";
import type { Clock } from "../runtime/clock.ts";
import type { Charges, Charging } from "./charges.ts";

export interface LimitParts {
  readonly limiter: Limiter;
  /** Left out where charges are not kept; then no request may ask for it. */
  readonly charges?: Charges | undefined;
  readonly clock: Pick<Clock, "monotonicMs">;
}

export function atOf({ clock }: Pick<LimitParts, "clock">, now: Instant): At {
  return { monotonicUs: Math.floor(clock.monotonicMs() * 1_000), now };
}

/** What of a request its limits count. */
export interface ChargedRequest extends MeteredRequest {
  readonly charging?: Charging | undefined;
}

/** Asks the limits of an allowed key; `undefined` where it has none, and nothing is to be kept of its charge. */
export function chargeFor(
  parts: LimitParts,
  { key }: Allowed,
  credential: string,
  { cost = 1, context, charging }: ChargedRequest,
  now: Instant,
): ChargeAnswer | Promise<ChargeAnswer> | undefined {
  const { limiter, charges } = parts;
  const at = atOf(parts, now);
  if (charging === undefined || charges === undefined) {
    if (!isLimited(key)) return undefined;
    const network = networkOfIp(context?.ip);
    return limiter.charge({ key, cost, network, at, hold: false, dryRun: false });
  }
  const of = { workspaceId: key.workspaceId, credential, cost };
  return charges.charge(of, charging, at, () => {
    if (!isLimited(key)) return UNLIMITED;
    const network = networkOfIp(context?.ip);
    return limiter.charge({ key, cost, network, at, hold: true, dryRun: false });
  });
}

/** The same without charging anything. */
export function chargeDry(
  parts: LimitParts,
  { key }: Allowed,
  { cost = 1, context }: MeteredRequest,
  now: Instant,
): ChargeAnswer | Promise<ChargeAnswer> | undefined {
  if (!isLimited(key)) return undefined;
  const network = networkOfIp(context?.ip);
  const at = atOf(parts, now);
  return parts.limiter.charge({ key, cost, network, at, hold: false, dryRun: true });
}

const UNLIMITED: ChargeAnswer = {
  refusal: undefined,
  report: { states: [], retryAfterSeconds: undefined, degraded: false },
  charged: undefined,
};

export function networkOfIp(ip: string | undefined): string | undefined {
  const address = ip === undefined ? undefined : parseIp(ip);
  return address && networkOf(address);
}
