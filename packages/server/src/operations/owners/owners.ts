import { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import type { KeyId } from "@keyward/core/id";
import type { AuditAction } from "@keyward/core/audit/event";
import type { Api, Key, Owner } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { BUILT_IN_API } from "../../contract/permissions.ts";
import type { Page, Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { raiseCredits } from "../credits.ts";
import { assertMayManage, assertWithinCaller } from "../grants.ts";
import { invalid } from "../invalid.ts";
import { isSame } from "../is-same.ts";
import { pageOf } from "../paging.ts";
import { presentOwner } from "../present.ts";
import { resolveOwner, resolvePlanId } from "../resolve.ts";

export function listOwners(
  call: Call,
  reader: Reader,
  { query }: InputOf<"owners.list">,
): Promise<ResultOf<"owners.list">> {
  const filter = query.q === undefined || query.q === "" ? {} : { text: query.q };
  const load = reader.listOwners.bind(reader, call.caller.scope, filter);
  return pageOf(call, "owners.list", query, load, (owners) => describeOwners(call, reader, owners));
}

export async function getOwner(
  call: Call,
  reader: Reader,
  { params }: InputOf<"owners.get">,
): Promise<ResultOf<"owners.get">> {
  return describeOwner(call, reader, await resolveOwner(reader, call.caller.scope, params.owner));
}

export async function createOwner(
  call: Call,
  writer: Writer,
  { body }: InputOf<"owners.create">,
): Promise<Written<ResultOf<"owners.create">>> {
  if (parseId("owner", body.external_id) ?? parseId("member", body.external_id)) {
    const detail = "An external id must not look like an id of Keyward's own";
    throw invalid("/external_id", "reserved", detail);
  }
  const value: Owner = {
    id: mintId(call, "owner"),
    workspaceId: call.caller.scope,
    externalId: body.external_id,
    type: body.type,
    name: body.name ?? null,
    disabled: false,
    planId: await resolvePlanId(writer, call.caller.scope, body.plan, null),
    limits: body.limits ?? [],
    rights: body.rights ?? null,
    metadata: body.metadata ?? {},
    createdAt: call.now,
    updatedAt: call.now,
  };
  return record(call, writer, value, "owner.created", { external_id: value.externalId });
}

export async function updateOwner(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"owners.update">,
): Promise<Written<ResultOf<"owners.update">>> {
  const before = await readForChange(call, writer, params.owner);
  if (body.rights !== undefined && parseId("member", before.value.externalId) !== undefined) {
    throw invalid("/rights", "of_a_member", "What a member may do follows from their role");
  }
  const after: Owner = {
    ...before.value,
    type: body.type ?? before.value.type,
    name: body.name === undefined ? before.value.name : body.name,
    planId: await resolvePlanId(writer, call.caller.scope, body.plan, before.value.planId),
    limits: body.limits ?? before.value.limits,
    rights: body.rights === undefined ? before.value.rights : body.rights,
    metadata: body.metadata ?? before.value.metadata,
  };
  if (isSame(after, before.value)) {
    return {
      result: await describeOwner(call, writer, before),
      rev: before.rev,
      targetId: after.id,
    };
  }
  const value: Owner = { ...after, updatedAt: call.now };
  return record(call, writer, value, "owner.updated", { fields: Object.keys(body).sort() });
}

export async function addOwnerCredits(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"owners.credits.add">,
): Promise<Written<ResultOf<"owners.credits.add">>> {
  const before = await readForChange(call, writer, params.owner);
  const { limits, detail } = await raiseCredits(call, writer, before.value, body);
  const value: Owner = { ...before.value, limits, updatedAt: call.now };
  return record(call, writer, value, "owner.credits_added", detail);
}

/** All keys of the owner are refused from now on; they themselves stay as they are. */
export async function disableOwner(
  call: Call,
  writer: Writer,
  { params }: InputOf<"owners.disable">,
): Promise<Written<ResultOf<"owners.disable">>> {
  const before = await readForChange(call, writer, params.owner);
  const { scope, keyId } = call.caller;
  const ownKey = keyId && (await writer.findKey(scope, keyId));
  if (ownKey?.value.ownerId === before.value.id) {
    throw new OperationError("own_key", { detail: "That would disable the key that you use" });
  }
  await forEachManagementKey(call, writer, before.value, (api, key) => {
    assertMayManage(call, api, key);
  });
  return setDisabled(call, writer, before, true);
}

export async function enableOwner(
  call: Call,
  writer: Writer,
  { params }: InputOf<"owners.enable">,
): Promise<Written<ResultOf<"owners.enable">>> {
  const before = await readForChange(call, writer, params.owner);
  await forEachManagementKey(call, writer, before.value, (api, key) =>
    assertWithinCaller(call, writer, api, key),
  );
  return setDisabled(call, writer, before, false);
}

export async function deleteOwner(
  call: Call,
  writer: Writer,
  { params }: InputOf<"owners.delete">,
): Promise<Written<undefined>> {
  const { scope } = call.caller;
  const { id, externalId } = (await readForChange(call, writer, params.owner)).value;
  if (await writer.hasKeys(scope, { ownerId: id })) {
    throw new OperationError("in_use", { detail: "The owner still has keys" });
  }
  const facts = factsOf(call, "owner.deleted", { external_id: externalId });
  const rev = await writer.record(scope, { entity: "owner", id, value: null }, facts);
  return { result: undefined, rev, targetId: id };
}

async function describeOwners(
  call: Call,
  reader: Reader,
  owners: readonly Versioned<Owner>[],
): Promise<ResultOf<"owners.get">[]> {
  const ids = owners.flatMap(({ value }) => (value.planId === null ? [] : [value.planId]));
  const plans = await reader.findPlans(call.caller.scope, [...new Set(ids)]);
  const byId = new Map(plans.map(({ value }) => [value.id, value]));
  return owners.map((owner) => {
    const { planId } = owner.value;
    return presentOwner(owner, planId === null ? null : found(byId.get(planId), "plan"));
  });
}

async function describeOwner(
  call: Call,
  reader: Reader,
  owner: Versioned<Owner>,
): Promise<ResultOf<"owners.get">> {
  const [description] = await describeOwners(call, reader, [owner]);
  return found(description, "owner");
}

async function readForChange(
  call: Call,
  reader: Reader,
  reference: string,
): Promise<Versioned<Owner>> {
  const owner = await resolveOwner(reader, call.caller.scope, reference);
  assertUnchanged(call, owner.rev);
  return owner;
}

/**
 * Disabling an owner ends what its management keys do, and enabling brings it back: both as if done to each key (T02).
 *
 * @param assertAllowed throws for a key to which that may not be done
 */
async function forEachManagementKey(
  call: Call,
  reader: Reader,
  owner: Owner,
  assertAllowed: (api: Api, key: Key) => Promise<void> | void,
): Promise<void> {
  const { scope } = call.caller;
  const builtIn = found(await reader.findApiByPrefix(scope, BUILT_IN_API.prefix), "api").value;
  const filter = { apiId: builtIn.id, ownerId: owner.id, now: call.now };
  for (let after: KeyId | null = null; ;) {
    const { items, more }: Page<Key> = await reader.listKeys(scope, filter, { limit: 250, after });
    for (const { value } of items) {
      if (value.state !== "revoked") await assertAllowed(builtIn, value);
    }
    const last = items.at(-1);
    if (!more || last === undefined) return;
    after = last.value.id;
  }
}

async function setDisabled(
  call: Call,
  writer: Writer,
  before: Versioned<Owner>,
  disabled: boolean,
): Promise<Written<ResultOf<"owners.get">>> {
  if (before.value.disabled === disabled) {
    return {
      result: await describeOwner(call, writer, before),
      rev: before.rev,
      targetId: before.value.id,
    };
  }
  const value = { ...before.value, disabled, updatedAt: call.now };
  return record(call, writer, value, disabled ? "owner.disabled" : "owner.enabled", {});
}

async function record(
  call: Call,
  writer: Writer,
  value: Owner,
  action: AuditAction,
  detail: Parameters<typeof factsOf>[2],
): Promise<Written<ResultOf<"owners.get">>> {
  const facts = factsOf(call, action, detail);
  const change = { entity: "owner", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: await describeOwner(call, writer, { value, rev }), rev, targetId: value.id };
}
