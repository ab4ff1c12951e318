import { OperationError } from "@keyward/core/failure/failures";
import type { Api, Key } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import {
  assertGrantable,
  assertNotOwnKey,
  assertOwnerEnabled,
  assertPublishable,
  assertRestrictedAlike,
  assertWithinCaller,
} from "../grants.ts";
import { isSame } from "../is-same.ts";
import { assertWithinPolicies, governedKey, policiesFor } from "../policies/governed.ts";
import { resolveOwner, resolvePlanId, resolveRoles } from "../resolve.ts";
import { assertAhead, assertNoLimits } from "./create-key.ts";
import { describeKey } from "./describe-keys.ts";
import { readManagedKey } from "./read-managed-key.ts";

type Body = InputOf<"keys.update">["body"];

export async function updateKey(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"keys.update">,
): Promise<Written<ResultOf<"keys.update">>> {
  const { scope } = call.caller;
  const { key: before, api } = await readManagedKey(call, writer, params.key);
  assertNotOwnKey(call, before.value);
  assertUnchanged(call, before.rev);
  if (before.value.state === "revoked") throw new OperationError("key_revoked");
  const after = { ...before.value, ...(await changesOf(call, writer, api, before.value, body)) };
  if (body.expires_at !== undefined) assertAhead(call, body.expires_at, "key");
  if (api.builtIn) assertNoLimits(body);
  if (body.scopes !== undefined) await assertGrantable(writer, api, body.scopes);
  await assertRestrictedAlike(call, writer, api, before.value.restrictions);
  await assertWithinCaller(call, writer, api, after);
  assertPublishable(after.kind, after.scopes, after.roleIds.length);
  await assertChangeAllowed(call, writer, api, after, body);

  const written = isSame(after, before.value) ? before : await record(call, writer, after, body);
  const result = await describeKey(writer, scope, written, call.now);
  return { result, rev: written.rev, targetId: after.id };
}

/** A change is held to the rules of what it changes; what was there before is brought under a policy by applying it. */
async function assertChangeAllowed(
  call: Call,
  writer: Writer,
  api: Api,
  after: Key,
  body: Body,
): Promise<void> {
  const { scope } = call.caller;
  const roles = (await writer.findRoles(scope, after.roleIds)).map(({ value }) => value);
  const policies = await policiesFor(writer, scope, api, after.kind);
  assertWithinPolicies(policies, governedKey(after, roles), call.now, {
    ...(body.expires_at !== undefined && { lifetime: "/expires_at" }),
    ...(body.restrictions !== undefined && { restriction: "/restrictions" }),
    ...(body.scopes !== undefined && { scope: "/scopes" }),
    ...(body.scopes === undefined && body.roles !== undefined && { scope: "/roles" }),
  });
}

async function record(call: Call, writer: Writer, after: Key, body: Body): Promise<Versioned<Key>> {
  const value: Key = { ...after, updatedAt: call.now };
  const facts = factsOf(call, "key.updated", { fields: Object.keys(body).sort() });
  const change = { entity: "key", id: value.id, value } as const;
  return { value, rev: await writer.record(call.caller.scope, change, facts) };
}

async function changesOf(
  call: Call,
  writer: Writer,
  api: Api,
  before: Key,
  body: Body,
): Promise<Partial<Key>> {
  const { scope } = call.caller;
  const owner =
    body.owner === undefined ? undefined : await resolveOwner(writer, scope, body.owner);
  if (owner !== undefined && owner.value.id !== before.ownerId) {
    assertOwnerEnabled(found(await writer.findOwner(scope, before.ownerId), "owner").value);
    assertOwnerEnabled(owner.value);
  }
  const roles =
    body.roles === undefined ? undefined : await resolveRoles(writer, scope, api, body.roles);
  return {
    name: body.name ?? before.name,
    ownerId: owner?.value.id ?? before.ownerId,
    scopes: body.scopes ?? before.scopes,
    roleIds: roles?.map((role) => role.id) ?? before.roleIds,
    restrictions: body.restrictions === undefined ? before.restrictions : body.restrictions,
    planId: await resolvePlanId(writer, scope, body.plan, before.planId),
    limits: body.limits ?? before.limits,
    metadata: body.metadata ?? before.metadata,
    expiresAt: body.expires_at === undefined ? before.expiresAt : body.expires_at,
  };
}
