import type { JsonValue } from "@keyward/core/model/metadata";
import type { Policy } from "@keyward/core/model/policy";
import type { Api, Key, KeySecret } from "@keyward/core/model/records";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Versioned, Writer } from "../../storage/storage.ts";
import { factsOf, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertGrantable, assertPublishable, assertWithinCaller } from "../grants.ts";
import { invalid } from "../invalid.ts";
import { findOrCreateOwner } from "../owners/find-or-create-owner.ts";
import {
  assertWithinPolicies,
  defaultLifetime,
  governedKey,
  madeAt,
  policiesFor,
} from "../policies/governed.ts";
import { resolveApi, resolvePlanId, resolveRoles } from "../resolve.ts";
import { describeKey } from "./describe-keys.ts";
import { issueSecret } from "./issue-secret.ts";

type Body = InputOf<"keys.create">["body"];

export async function createKey(
  call: Call,
  writer: Writer,
  { body }: InputOf<"keys.create">,
): Promise<Written<ResultOf<"keys.create">>> {
  const { scope } = call.caller;
  const { value: api } = await resolveApi(writer, scope, body.api);
  const { secret, record } = issueSecret(call, { brand: api.prefix, ...body });
  const key = await recordKey(call, writer, { api, body, secret: record });
  const description = await describeKey(writer, scope, key, call.now);
  const result = { ...description, secret: secret.reveal() };
  return { result, rev: key.rev, targetId: key.value.id };
}

/** A key that is to be, and the secret that opens it. */
export interface NewKey {
  readonly api: Api;
  readonly body: Body;
  readonly secret: KeySecret;
  readonly state?: "active" | "disabled";
  /** More for the audit log. */
  readonly detail?: { readonly [name: string]: JsonValue };
}

/**
 * Keeps a new key, whoever has made its secret. What can be refused is refused before anything is kept.
 *
 * @throws OperationError when the caller may not make it, or something that it names is not there
 */
export async function recordKey(
  call: Call,
  writer: Writer,
  { api, body, secret, state = "active", detail = {} }: NewKey,
): Promise<Versioned<Key>> {
  const { scope } = call.caller;
  const scopes = body.scopes ?? [];
  const restrictions = body.restrictions ?? null;
  const policies = await policiesFor(writer, scope, api, body.kind);
  const expiresAt = expiryOf(call, policies, api, body);
  await assertGrantable(writer, api, scopes);
  assertManagementShape(api, body);
  await assertWithinCaller(call, writer, api, { scopes, expiresAt, restrictions });
  const roles = await resolveRoles(writer, scope, api, body.roles ?? []);
  const credential = { scopes, restrictions, expiresAt, secrets: [madeAt(call.now)] };
  assertWithinPolicies(policies, governedKey(credential, roles), call.now);
  assertPublishable(body.kind, scopes, roles.length);
  const planId = await resolvePlanId(writer, scope, body.plan, null);
  const owner = await findOrCreateOwner(call, writer, body.owner, "key");
  const key: Key = {
    id: mintId(call, "key"),
    workspaceId: api.workspaceId,
    apiId: api.id,
    ownerId: owner.id,
    name: body.name,
    kind: body.kind,
    environment: body.environment,
    state,
    scopes,
    roleIds: roles.map((role) => role.id),
    restrictions,
    planId,
    limits: body.limits ?? [],
    metadata: body.metadata ?? {},
    expiresAt,
    revokedAt: null,
    revokedReason: null,
    secrets: [secret],
    createdAt: call.now,
    updatedAt: call.now,
  };
  const facts = factsOf(call, "key.created", {
    name: key.name,
    api: api.prefix,
    owner: owner.externalId,
    environment: key.environment,
    kind: key.kind,
    scopes: [...scopes],
    hint: secret.hint,
    ...detail,
  });
  const rev = await writer.record(scope, { entity: "key", id: key.id, value: key }, facts);
  return { value: key, rev };
}

/** Absent means the policies' default, or the api's; null means no end. */
function expiryOf(call: Call, policies: readonly Policy[], api: Api, body: Body): Instant | null {
  if (body.expires_at === undefined) {
    const seconds = defaultLifetime(policies, api.defaultLifetimeSeconds);
    return seconds === null ? null : addSeconds(call.now, seconds);
  }
  assertAhead(call, body.expires_at, "key");
  return body.expires_at;
}

/** @throws OperationError `invalid_request` for an end that has passed: a typing error, or a clock that is wrong */
export function assertAhead(call: Call, end: Instant | null, what: "key" | "secret"): void {
  if (end === null || end > call.now) return;
  throw invalid("/expires_at", "in_the_past", `The ${what} would have ended before it began`);
}

/** Management keys are secret, live, and hold their permissions themselves. */
function assertManagementShape(api: Api, body: Body): void {
  if (!api.builtIn) return;
  if (body.kind !== "secret") {
    throw invalid("/kind", "not_for_management", "A management key is of kind secret");
  }
  if (body.environment !== "live") {
    throw invalid("/environment", "not_for_management", "A management key is live");
  }
  assertNoLimits(body);
}

/**
 * Limits protect an API of the producer; a management key that ran into one could not even lift it.
 *
 * @throws OperationError `invalid_request`
 */
export function assertNoLimits({ plan, limits }: Pick<Body, "plan" | "limits">): void {
  if ((plan ?? null) !== null) {
    throw invalid("/plan", "not_for_management", "A management key has no plan");
  }
  if (limits !== undefined && limits.length > 0) {
    throw invalid("/limits", "not_for_management", "A management key has no limits");
  }
}
