import { OperationError } from "@keyward/core/failure/failures";
import type { Api, Role } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { readChangeableApi } from "../apis/apis.ts";
import { assertInCatalogue } from "../grants.ts";
import { isSame } from "../is-same.ts";
import { assertWithinPolicies, policiesFor } from "../policies/governed.ts";
import { pageOf } from "../paging.ts";
import { presentRole } from "../present.ts";
import { resolveApi } from "../resolve.ts";

export async function listRoles(
  call: Call,
  reader: Reader,
  { query }: InputOf<"roles.list">,
): Promise<ResultOf<"roles.list">> {
  const { scope } = call.caller;
  const api = query.api === undefined ? undefined : await resolveApi(reader, scope, query.api);
  const filter = api === undefined ? {} : { apiId: api.value.id };
  const load = reader.listRoles.bind(reader, scope, filter);
  return pageOf(call, "roles.list", query, load, (roles) => describeRoles(call, reader, roles));
}

export async function getRole(
  call: Call,
  reader: Reader,
  { params }: InputOf<"roles.get">,
): Promise<ResultOf<"roles.get">> {
  const role = await readRole(call, reader, params.role);
  return presentRole(role, await apiOf(call, reader, role.value));
}

export async function createRole(
  call: Call,
  writer: Writer,
  { body }: InputOf<"roles.create">,
): Promise<Written<ResultOf<"roles.create">>> {
  const { value: api } = await readChangeableApi(call, writer, body.api);
  assertInCatalogue(api, body.scopes);
  await assertGrantableByPolicies(call, writer, api, body.scopes);
  const value: Role = {
    id: mintId(call, "role"),
    workspaceId: api.workspaceId,
    apiId: api.id,
    name: body.name,
    description: body.description ?? null,
    scopes: body.scopes,
    createdAt: call.now,
    updatedAt: call.now,
  };
  const facts = factsOf(call, "role.created", { name: value.name, scopes: [...value.scopes] });
  const change = { entity: "role", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: presentRole({ value, rev }, api), rev, targetId: value.id };
}

export async function updateRole(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"roles.update">,
): Promise<Written<ResultOf<"roles.update">>> {
  const before = await readRole(call, writer, params.role);
  assertUnchanged(call, before.rev);
  const api = await apiOf(call, writer, before.value);
  if (body.scopes !== undefined) {
    assertInCatalogue(api, body.scopes);
    await assertGrantableByPolicies(call, writer, api, body.scopes);
  }
  const { description } = body;
  const after: Role = {
    ...before.value,
    name: body.name ?? before.value.name,
    description: description === undefined ? before.value.description : description,
    scopes: body.scopes ?? before.value.scopes,
  };
  if (isSame(after, before.value)) {
    return { result: presentRole(before, api), rev: before.rev, targetId: after.id };
  }
  const value: Role = { ...after, updatedAt: call.now };
  const facts = factsOf(call, "role.updated", { fields: Object.keys(body).sort() });
  const change = { entity: "role", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: presentRole({ value, rev }, api), rev, targetId: value.id };
}

export async function deleteRole(
  call: Call,
  writer: Writer,
  { params }: InputOf<"roles.delete">,
): Promise<Written<undefined>> {
  const { scope } = call.caller;
  const before = await readRole(call, writer, params.role);
  assertUnchanged(call, before.rev);
  const { id, name } = before.value;
  if (await writer.hasKeys(scope, { roleId: id })) {
    throw new OperationError("in_use", { detail: "A key still has the role" });
  }
  const facts = factsOf(call, "role.deleted", { name });
  const rev = await writer.record(scope, { entity: "role", id, value: null }, facts);
  return { result: undefined, rev, targetId: id };
}

/** A role is for secret keys: no other kind takes one. */
async function assertGrantableByPolicies(
  call: Call,
  reader: Reader,
  api: Api,
  scopes: Role["scopes"],
): Promise<void> {
  const policies = await policiesFor(reader, call.caller.scope, api, "secret");
  const role = { scopes, restrictions: undefined, expiresAt: null, secrets: [] };
  assertWithinPolicies(policies, role, call.now, { scope: "/scopes" });
}

async function readRole(
  call: Call,
  reader: Reader,
  id: InputOf<"roles.get">["params"]["role"],
): Promise<Versioned<Role>> {
  return found(id && (await reader.findRole(call.caller.scope, id)), "role");
}

async function apiOf(call: Call, reader: Reader, role: Role): Promise<Api> {
  return found(await reader.findApi(call.caller.scope, role.apiId), "api").value;
}

async function describeRoles(
  call: Call,
  reader: Reader,
  roles: readonly Versioned<Role>[],
): Promise<ResultOf<"roles.get">[]> {
  const ids = [...new Set(roles.map((role) => role.value.apiId))];
  const apis = await reader.findApis(call.caller.scope, ids);
  const byId = new Map(apis.map(({ value }) => [value.id, value]));
  return roles.map((role) => presentRole(role, found(byId.get(role.value.apiId), "api")));
}
