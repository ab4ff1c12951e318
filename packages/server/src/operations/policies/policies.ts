// Policies: what a workspace asks of its credentials. Those that are made or changed from then on are held to them.
import { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import { isRunning } from "@keyward/core/model/policy";
import type { Policy, PolicyRules } from "@keyward/core/model/policy";
import type { Instant } from "@keyward/core/time";
import { POLICIES_PER_WORKSPACE_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertFresh } from "../grants.ts";
import { invalid } from "../invalid.ts";
import { isSame } from "../is-same.ts";
import { resolveApi } from "../resolve.ts";
import { describePolicies, describePolicy } from "./describe-policies.ts";

type Body = InputOf<"policies.update">["body"];

export async function listPolicies(call: Call, reader: Reader): Promise<ResultOf<"policies.list">> {
  const policies = await reader.listPolicies(call.caller.scope);
  return { data: await describePolicies(reader, call.caller.scope, policies), next_cursor: null };
}

export async function getPolicy(
  call: Call,
  reader: Reader,
  { params }: InputOf<"policies.get">,
): Promise<ResultOf<"policies.get">> {
  const policy = await readPolicy(call, reader, params.policy);
  return await describePolicy(reader, call.caller.scope, policy);
}

export async function createPolicy(
  call: Call,
  writer: Writer,
  { body }: InputOf<"policies.create">,
): Promise<Written<ResultOf<"policies.create">>> {
  assertFresh(call);
  const { scope } = call.caller;
  if ((await writer.listPolicies(scope)).length >= POLICIES_PER_WORKSPACE_MAX) {
    const detail = `A workspace has at most ${POLICIES_PER_WORKSPACE_MAX} policies`;
    throw new OperationError("too_many", { detail });
  }
  const { api: reference = null } = body;
  const api = reference === null ? undefined : await resolveApi(writer, scope, reference);
  const rules = rulesOf(body, NO_RULES);
  const value: Policy = {
    id: mintId(call, "policy"),
    workspaceId: scope,
    name: body.name,
    apiId: api?.value.id ?? null,
    kind: body.kind ?? null,
    ...rules,
    idleSince: idleSince(undefined, rules, call.now),
    application: null,
    createdAt: call.now,
    updatedAt: call.now,
  };
  assertSensible(value);
  const detail = { name: value.name, rules: { ...rulesFacts(rules) } };
  return await recordPolicy(call, writer, value, factsOf(call, "policy.created", detail));
}

/** Of what it speaks stays as it is: another policy says something else of others. */
export async function updatePolicy(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"policies.update">,
): Promise<Written<ResultOf<"policies.update">>> {
  assertFresh(call);
  const before = await readPolicy(call, writer, params.policy);
  assertUnchanged(call, before.rev);
  assertAtRest(before.value);
  const rules = rulesOf(body, before.value);
  const after: Policy = {
    ...before.value,
    name: body.name ?? before.value.name,
    ...rules,
    idleSince: idleSince(before.value, rules, call.now),
  };
  assertSensible(after);
  if (isSame(after, before.value)) return await written(call, writer, before);
  const detail = { name: after.name, rules: { ...rulesFacts(rules) } };
  const value = { ...after, updatedAt: call.now };
  return await recordPolicy(call, writer, value, factsOf(call, "policy.updated", detail));
}

export async function deletePolicy(
  call: Call,
  writer: Writer,
  { params }: InputOf<"policies.delete">,
): Promise<Written<undefined>> {
  assertFresh(call);
  const before = await readPolicy(call, writer, params.policy);
  assertUnchanged(call, before.rev);
  assertAtRest(before.value);
  const { id, name } = before.value;
  const facts = factsOf(call, "policy.deleted", { name });
  const change = { entity: "policy", id, value: null } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: undefined, rev, targetId: id };
}

/** @throws OperationError `not_found` */
export async function readPolicy(
  call: Call,
  reader: Reader,
  reference: string,
): Promise<Versioned<Policy>> {
  const { scope } = call.caller;
  const id = parseId("policy", reference);
  const policy =
    id === undefined
      ? await reader.findPolicyByName(scope, reference)
      : await reader.findPolicy(scope, id);
  return found(policy, "policy");
}

export async function recordPolicy(
  call: Call,
  writer: Writer,
  value: Policy,
  facts: ReturnType<typeof factsOf>,
): Promise<Written<ResultOf<"policies.get">>> {
  const change = { entity: "policy", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return await written(call, writer, { value, rev });
}

export async function written(
  call: Call,
  reader: Reader,
  policy: Versioned<Policy>,
): Promise<Written<ResultOf<"policies.get">>> {
  const result = await describePolicy(reader, call.caller.scope, policy);
  return { result, rev: policy.rev, targetId: policy.value.id };
}

/** @throws OperationError `policy_applying`: what is being applied stays what was previewed */
export function assertAtRest(policy: Policy): void {
  if (isRunning(policy)) throw new OperationError("policy_applying");
}

const NO_RULES: PolicyRules = {
  lifetimeSecondsMax: null,
  lifetimeSecondsDefault: null,
  idleSeconds: null,
  requiredRestrictions: [],
  forbiddenScopes: [],
  approval: false,
};

function rulesOf(body: Body, before: PolicyRules): PolicyRules {
  const given = <Value>(value: Value | undefined, other: Value) =>
    value === undefined ? other : value;
  return {
    lifetimeSecondsMax: given(body.lifetime_seconds_max, before.lifetimeSecondsMax),
    lifetimeSecondsDefault: given(body.lifetime_seconds_default, before.lifetimeSecondsDefault),
    idleSeconds: given(body.idle_seconds, before.idleSeconds),
    requiredRestrictions: body.required_restrictions ?? before.requiredRestrictions,
    forbiddenScopes: body.forbidden_scopes ?? before.forbiddenScopes,
    approval: body.approval ?? before.approval,
  };
}

/** A shorter time begins anew, so that nobody is disabled for days that nobody counted. */
function idleSince(
  before: Policy | undefined,
  { idleSeconds }: PolicyRules,
  now: Instant,
): Instant | null {
  if (idleSeconds === null) return null;
  const former = before?.idleSeconds ?? null;
  return former !== null && idleSeconds >= former ? (before?.idleSince ?? now) : now;
}

/** @throws OperationError `invalid_request` for rules that contradict each other, or that nothing could meet */
function assertSensible(policy: Policy): void {
  const { lifetimeSecondsMax: most, lifetimeSecondsDefault: usual, kind, approval } = policy;
  if (most !== null && usual !== null && usual > most) {
    const detail = "What is given by default must be allowed";
    throw invalid("/lifetime_seconds_default", "beyond_maximum", detail);
  }
  if (approval && kind !== "pat") {
    throw invalid("/approval", "only_for_tokens", "Only a policy of kind pat asks for approvals");
  }
  if (policy.requiredRestrictions.length > 0 && kind === "client") {
    const detail = "Clients have no restrictions";
    throw invalid("/required_restrictions", "not_for_clients", detail);
  }
}

function rulesFacts(rules: PolicyRules) {
  return {
    lifetime_seconds_max: rules.lifetimeSecondsMax,
    lifetime_seconds_default: rules.lifetimeSecondsDefault,
    idle_seconds: rules.idleSeconds,
    required_restrictions: [...rules.requiredRestrictions],
    forbidden_scopes: [...rules.forbiddenScopes],
    approval: rules.approval,
  };
}
