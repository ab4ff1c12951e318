// Prepaid units bought: added to what a key may spend in all, whatever of it is spent already.
import { OperationError } from "@keyward/core/failure/failures";
import { LIMITS_PER_SET_MAX, UNITS_MAX, withOverrides } from "@keyward/core/limit/limit";
import type { CreditsLimit, Limit } from "@keyward/core/limit/limit";
import type { Key } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { invalid } from "../invalid.ts";
import { describeKey } from "./describe-keys.ts";
import { readManagedKey } from "./read-managed-key.ts";

/** Of credits that come with the plan, the key gets its own of the same name, which count on. */
export async function addCredits(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"keys.credits.add">,
): Promise<Written<ResultOf<"keys.credits.add">>> {
  const { scope } = call.caller;
  const { key: before } = await readManagedKey(call, writer, params.key);
  assertUnchanged(call, before.rev);
  if (before.value.state === "revoked") throw new OperationError("key_revoked");
  const credits = creditsOf(await limitsOf(call, writer, before.value), body.limit);
  const raised = { ...credits, limit: credits.limit + body.add };
  if (raised.limit > UNITS_MAX) {
    const detail = `There would be more than ${UNITS_MAX} units in all`;
    throw invalid("/add", "too_many_units", detail);
  }
  const limits = withOwn(before.value.limits, raised);
  const value: Key = { ...before.value, limits, updatedAt: call.now };
  const { name, limit: units } = raised;
  const facts = factsOf(call, "key.credits_added", { limit: name, added: body.add, units });
  const rev = await writer.record(scope, { entity: "key", id: value.id, value }, facts);
  const result = await describeKey(writer, scope, { value, rev }, call.now);
  return { result, rev, targetId: value.id };
}

async function limitsOf(call: Call, reader: Reader, key: Key): Promise<readonly Limit[]> {
  const { scope } = call.caller;
  const plan = key.planId === null ? undefined : await reader.findPlan(scope, key.planId);
  return withOverrides(plan?.value.limits ?? [], key.limits);
}

function creditsOf(limits: readonly Limit[], name: string | undefined): CreditsLimit {
  const credits = limits.filter((limit) => limit.kind === "credits");
  const named = name === undefined ? credits : credits.filter((limit) => limit.name === name);
  const [first, ...others] = named;
  if (first === undefined) {
    throw invalid("/limit", "unknown_limit", "The key and its plan have no such credits");
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
  const detail = `A key has at most ${LIMITS_PER_SET_MAX} limits of its own`;
  throw invalid("/limit", "too_many_limits", detail);
}
