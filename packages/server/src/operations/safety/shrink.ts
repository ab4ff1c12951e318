import { OperationError } from "@keyward/core/failure/failures";
import type { NeedOfKey } from "../../storage/storage.ts";
import { alternativesOf, ANY_SCOPE } from "@keyward/core/usage/need";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";
import type { ReadAccess } from "../handlers.ts";
import { grantedSince } from "./granted-since.ts";
import { assessGrants, formatDay } from "./least-grants.ts";

export async function proposeShrinking(
  call: Call,
  { reader }: ReadAccess,
  { params, query: { days } }: InputOf<"safety.shrink">,
): Promise<ResultOf<"safety.shrink">> {
  const { scope } = call.caller;
  const { value: key, rev } = found(params.key && (await reader.findKey(scope, params.key)), "key");
  if (key.state === "revoked") throw new OperationError("key_revoked");
  const { value: api } = found(await reader.findApi(scope, key.apiId), "api");
  const roles = (await reader.findRoles(scope, key.roleIds)).map(({ value }) => value);
  const needs = await reader.listNeeds(scope, [key.id]);
  const since = await grantedSince(reader, scope, key, roles);
  const assessed = assessGrants({ key, api, roles, needs, grantedSince: since }, call.now, days);
  const { sinceDay, outcome } = assessed;
  return {
    key: key.id,
    rev,
    days,
    outcome,
    detail: assessed.outcome === "unknown" ? assessed.detail : null,
    observed_since: sinceDay === null ? null : formatDay(sinceDay),
    granted: { scopes: [...key.scopes], roles: roles.map(({ name }) => name).toSorted() },
    needed: assessed.needs.map(presentNeed),
    unused: assessed.outcome === "more" ? [...assessed.unused] : [],
    proposal: assessed.outcome === "more" ? mutable(assessed.proposal) : null,
  };
}

function presentNeed({ need, lastDay }: NeedOfKey) {
  const isTold = need !== ANY_SCOPE && need !== "";
  return { any_of: isTold ? [...(alternativesOf(need) ?? [])] : [], last_on: formatDay(lastDay) };
}

function mutable({
  scopes,
  roles,
}: {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}) {
  return { scopes: [...scopes], roles: [...roles] };
}
