import { OperationError } from "@keyward/core/failure/failures";
import type { Api } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { isSame } from "../is-same.ts";
import { pageOf } from "../paging.ts";
import { presentApi } from "../present.ts";
import { resolveApi } from "../resolve.ts";

export function listApis(
  call: Call,
  reader: Reader,
  { query }: InputOf<"apis.list">,
): Promise<ResultOf<"apis.list">> {
  const load = reader.listApis.bind(reader, call.caller.scope);
  return pageOf(call, "apis.list", query, load, (apis) => apis.map(presentApi));
}

export async function getApi(
  call: Call,
  reader: Reader,
  { params }: InputOf<"apis.get">,
): Promise<ResultOf<"apis.get">> {
  return presentApi(await resolveApi(reader, call.caller.scope, params.api));
}

export async function createApi(
  call: Call,
  writer: Writer,
  { body }: InputOf<"apis.create">,
): Promise<Written<ResultOf<"apis.create">>> {
  const { scope } = call.caller;
  const value: Api = {
    id: mintId(call, "api"),
    workspaceId: scope,
    name: body.name,
    prefix: body.prefix,
    audience: body.audience,
    scopes: (body.scopes ?? []).map((name) => ({ name, description: null })),
    defaultLifetimeSeconds: body.default_lifetime_seconds ?? null,
    limits: body.limits ?? [],
    tokenFormat: body.token_format ?? "jwt",
    tokenAlgorithm: body.token_algorithm ?? "ES256",
    leakReaction: body.leak_reaction ?? "notify",
    builtIn: false,
    createdAt: call.now,
    updatedAt: call.now,
  };
  const facts = factsOf(call, "api.created", { name: value.name, prefix: value.prefix });
  const rev = await writer.record(scope, { entity: "api", id: value.id, value }, facts);
  return { result: presentApi({ value, rev }), rev, targetId: value.id };
}

export async function updateApi(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"apis.update">,
): Promise<Written<ResultOf<"apis.update">>> {
  const before = await readChangeableApi(call, writer, params.api);
  assertUnchanged(call, before.rev);
  const descriptions = new Map(before.value.scopes.map((scope) => [scope.name, scope.description]));
  const scopes = body.scopes?.map((name) => ({
    name,
    description: descriptions.get(name) ?? null,
  }));
  const lifetime = body.default_lifetime_seconds;
  const after: Api = {
    ...before.value,
    name: body.name ?? before.value.name,
    audience: body.audience ?? before.value.audience,
    scopes: scopes ?? before.value.scopes,
    defaultLifetimeSeconds: lifetime === undefined ? before.value.defaultLifetimeSeconds : lifetime,
    limits: body.limits ?? before.value.limits,
    tokenFormat: body.token_format ?? before.value.tokenFormat,
    tokenAlgorithm: body.token_algorithm ?? before.value.tokenAlgorithm,
    leakReaction: body.leak_reaction ?? before.value.leakReaction,
  };
  if (isSame(after, before.value)) {
    return { result: presentApi(before), rev: before.rev, targetId: after.id };
  }
  const value: Api = { ...after, updatedAt: call.now };
  const rev = await recordApi(call, writer, value, { fields: Object.keys(body).sort() });
  return { result: presentApi({ value, rev }), rev, targetId: value.id };
}

export async function deleteApi(
  call: Call,
  writer: Writer,
  { params }: InputOf<"apis.delete">,
): Promise<Written<undefined>> {
  const { scope } = call.caller;
  const { value, rev: readRev } = await readChangeableApi(call, writer, params.api);
  assertUnchanged(call, readRev);
  const { id } = value;
  const roles = await writer.listRoles(scope, { apiId: id }, { limit: 1, after: null });
  if (roles.items.length > 0) {
    throw new OperationError("in_use", { detail: "The api still has roles" });
  }
  if (await writer.hasKeys(scope, { apiId: id })) {
    throw new OperationError("in_use", { detail: "The api still has keys" });
  }
  // Clients hold their apis by a foreign key of the storage, which answers `in_use`, too.
  const facts = factsOf(call, "api.deleted", { prefix: value.prefix });
  const rev = await writer.record(scope, { entity: "api", id, value: null }, facts);
  return { result: undefined, rev, targetId: id };
}

/** @throws OperationError `not_found`, `built_in` */
export async function readChangeableApi(
  call: Call,
  reader: Reader,
  reference: string,
): Promise<Versioned<Api>> {
  const api = await resolveApi(reader, call.caller.scope, reference);
  if (api.value.builtIn) throw new OperationError("built_in");
  return api;
}

export function recordApi(
  call: Call,
  writer: Writer,
  value: Api,
  detail: Parameters<typeof factsOf>[2],
): Promise<number> {
  const facts = factsOf(call, "api.updated", detail);
  return writer.record(call.caller.scope, { entity: "api", id: value.id, value }, facts);
}
