import type { InputOf } from "../../contract/operations.ts";
import type { KeyFilter, Reader } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";
import { resolveApi, resolveOwner } from "../resolve.ts";

type Asked = InputOf<"revocations.create">["body"]["filter"];

/** @throws OperationError `not_found` for an api, an owner or a role that is not there */
export async function resolveKeyFilter(
  call: Call,
  reader: Reader,
  asked: Asked,
): Promise<KeyFilter> {
  const { scope } = call.caller;
  const { api, owner, role, environment, kind } = asked;
  return {
    now: call.now,
    ...(api !== undefined && { apiId: (await resolveApi(reader, scope, api)).value.id }),
    ...(owner !== undefined && { ownerId: (await resolveOwner(reader, scope, owner)).value.id }),
    ...("role" in asked && { roleId: found(role, "role") }),
    ...(environment !== undefined && { environment }),
    ...(kind !== undefined && { kind }),
    ...(asked.created_after !== undefined && { createdAfter: asked.created_after }),
    ...(asked.created_before !== undefined && { createdBefore: asked.created_before }),
    ...(asked.last_used_from !== undefined && { lastUsedFrom: asked.last_used_from }),
    ...(asked.not_used_since !== undefined && { notUsedSince: asked.not_used_since }),
  };
}
