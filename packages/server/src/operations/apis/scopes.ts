import { OperationError } from "@keyward/core/failure/failures";
import type { Api } from "@keyward/core/model/records";
import { SCOPES_PER_API_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { isSame } from "../is-same.ts";
import { resolveApi } from "../resolve.ts";
import { readChangeableApi, recordApi } from "./apis.ts";

export async function listScopes(
  call: Call,
  reader: Reader,
  { params }: InputOf<"apis.scopes.list">,
): Promise<ResultOf<"apis.scopes.list">> {
  const { value } = await resolveApi(reader, call.caller.scope, params.api);
  const data = value.scopes.map(({ name, description }) => ({ name, description }));
  return { data, next_cursor: null };
}

export async function addScope(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"apis.scopes.add">,
): Promise<Written<ResultOf<"apis.scopes.add">>> {
  const { value: before, rev: readRev } = await readChangeableApi(call, writer, params.api);
  const scope = { name: body.name, description: body.description ?? null };
  if (before.scopes.some((each) => isSame(each, scope))) {
    return { result: scope, rev: readRev, targetId: before.id };
  }
  const others = before.scopes.filter(({ name }) => name !== scope.name);
  if (others.length >= SCOPES_PER_API_MAX) {
    throw new OperationError("too_many", {
      detail: `An api has at most ${SCOPES_PER_API_MAX} scopes`,
    });
  }
  const value: Api = { ...before, scopes: [...others, scope], updatedAt: call.now };
  const rev = await recordApi(call, writer, value, { scope_added: scope.name });
  return { result: scope, rev, targetId: value.id };
}

export async function removeScope(
  call: Call,
  writer: Writer,
  { params }: InputOf<"apis.scopes.remove">,
): Promise<Written<undefined>> {
  const { value: before } = await readChangeableApi(call, writer, params.api);
  const removed = found(
    before.scopes.find(({ name }) => name === params.scope),
    "scope",
  );
  const scopes = before.scopes.filter((scope) => scope !== removed);
  const value: Api = { ...before, scopes, updatedAt: call.now };
  const rev = await recordApi(call, writer, value, { scope_removed: removed.name });
  return { result: undefined, rev, targetId: value.id };
}
