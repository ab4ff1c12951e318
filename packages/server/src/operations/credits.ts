// Prepaid units bought: added to what a key, a client or an owner may spend in all, whatever of it is spent already.
import type { PlanId } from "@keyward/core/id";
import { LIMITS_PER_SET_MAX, UNITS_MAX, withOverrides } from "@keyward/core/limit/limit";
import type { CreditsLimit, Limit } from "@keyward/core/limit/limit";
import type { Reader } from "../storage/storage.ts";
import type { Call } from "./call.ts";
import { invalid } from "./invalid.ts";

/** Who has credits, of their own or by a plan. */
export interface CreditHolder {
  readonly planId: PlanId | null;
  readonly limits: readonly Limit[];
}

/** What is added, and to which credits, where there are several. */
export interface Addition {
  readonly add: number;
  readonly limit?: string | undefined;
}

export interface Raised {
  /** The holder's own limits with the raised one. */
  readonly limits: readonly Limit[];
  /** What the audit log tells. */
  readonly detail: { readonly limit: string; readonly added: number; readonly units: number };
}

/**
 * Of credits that come with the plan, the holder gets its own of the same name, which count on.
 *
 * @throws OperationError `invalid_request` where there are no such credits, several, or too many units
 */
export async function raiseCredits(
  call: Call,
  reader: Reader,
  holder: CreditHolder,
  { add, limit: name }: Addition,
): Promise<Raised> {
  const credits = creditsOf(await limitsOf(call, reader, holder), name);
  const raised = { ...credits, limit: credits.limit + add };
  if (raised.limit > UNITS_MAX) {
    const detail = `There would be more than ${UNITS_MAX} units in all`;
    throw invalid("/add", "too_many_units", detail);
  }
  const detail = { limit: raised.name, added: add, units: raised.limit };
  return { limits: withOwn(holder.limits, raised), detail };
}

async function limitsOf(
  call: Call,
  reader: Reader,
  { planId, limits }: CreditHolder,
): Promise<readonly Limit[]> {
  const plan = planId === null ? undefined : await reader.findPlan(call.caller.scope, planId);
  return withOverrides(plan?.value.limits ?? [], limits);
}

function creditsOf(limits: readonly Limit[], name: string | undefined): CreditsLimit {
  const credits = limits.filter((limit) => limit.kind === "credits");
  const named = name === undefined ? credits : credits.filter((limit) => limit.name === name);
  const [first, ...others] = named;
  if (first === undefined) {
    throw invalid("/limit", "unknown_limit", "There are no such credits, and none by the plan");
  }
  if (others.length > 0) {
    throw invalid("/limit", "ambiguous_limit", "There are several credits: name the limit");
  }
  return first;
}

function withOwn(own: readonly Limit[], credits: CreditsLimit): readonly Limit[] {
  if (own.some(({ name }) => name === credits.name)) {
    return own.map((limit) => (limit.name === credits.name ? credits : limit));
  }
  if (own.length < LIMITS_PER_SET_MAX) return [...own, credits];
  const detail = `There are at most ${LIMITS_PER_SET_MAX} limits beside those of the plan`;
  throw invalid("/limit", "too_many_limits", detail);
}
