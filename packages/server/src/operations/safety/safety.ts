import type { KeyId } from "@keyward/core/id";
import type { Api, Key } from "@keyward/core/model/records";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { NEEDED_DAYS_DEFAULT, SAFETY_KEYS_MAX, SAFETY_LEAKS_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, TenantScope } from "../../storage/storage.ts";
import type { Call } from "../call.ts";
import type { ReadAccess } from "../handlers.ts";
import { resolveApi } from "../resolve.ts";
import { BROWSER_DAYS, findingsOf, NETWORKS_DAYS } from "./findings.ts";
import type { KeyFacts } from "./findings.ts";
import { grantedSince } from "./granted-since.ts";
import { assessGrants } from "./least-grants.ts";
import type { Assessment } from "./least-grants.ts";

const DAY_SECONDS = 86_400;

export async function listFindings(
  call: Call,
  access: ReadAccess,
  { query }: InputOf<"safety.list">,
): Promise<ResultOf<"safety.list">> {
  const { reader } = access;
  const { scope } = call.caller;
  const { cursor, ...asked } = query;
  const position = { scope, list: "safety.list", filter: asked };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const filter = {
    now: call.now,
    notRevoked: true,
    ...(asked.api !== undefined && {
      apiId: (await resolveApi(reader, scope, asked.api)).value.id,
    }),
    ...(asked.environment !== undefined && { environment: asked.environment }),
  } as const;
  const { items, more } = await reader.listKeys(scope, filter, { limit: SAFETY_KEYS_MAX, after });
  const facts = await factsOf(
    access,
    scope,
    items.map(({ value }) => value),
    call.now,
  );
  const data = facts.flatMap((of) => {
    const { key, owner, api } = of;
    const found = findingsOf(of, call.now);
    return found
      .filter(({ finding }) => asked.finding === undefined || finding === asked.finding)
      .map(({ finding, ...rest }) => ({
        finding,
        key: key.id,
        key_name: key.name,
        owner: owner?.externalId ?? "",
        api: api?.prefix ?? "",
        environment: key.environment,
        ...rest,
      }));
  });
  const last = items.at(-1)?.value.id;
  return {
    data,
    next_cursor: more && last !== undefined ? call.cursors.seal(position, last) : null,
  };
}

async function factsOf(
  { reader, usage }: ReadAccess,
  scope: TenantScope,
  keys: readonly Key[],
  now: Instant,
): Promise<readonly KeyFacts[]> {
  const owners = await reader.findOwners(scope, [...new Set(keys.map(({ ownerId }) => ownerId))]);
  const apis = await reader.findApis(scope, [...new Set(keys.map(({ apiId }) => apiId))]);
  const uses = await reader.findLastUses(
    scope,
    keys.map(({ id }) => id),
  );
  const leaked = await leakedKeys(reader, scope);
  const inBrowser = await usage.sum(scope, {
    grain: "day",
    from: instant(Math.max(0, now - BROWSER_DAYS * DAY_SECONDS * 1_000)),
    to: now,
    filter: { codes: ["secret_key_in_browser"] },
    by: ["key"],
    byBucket: false,
  });
  const browserCounts = new Map(inBrowser.map(({ names: [key = ""], count }) => [key, count]));
  const assess = await grantsAssessor(reader, scope, keys, now);
  const facts: KeyFacts[] = [];
  for (const key of keys) {
    const api = apis.find(({ value }) => value.id === key.apiId)?.value;
    const used = uses.filter(({ keyId }) => keyId === key.id).map(({ at }) => at);
    facts.push({
      key,
      api,
      owner: owners.find(({ value }) => value.id === key.ownerId)?.value,
      lastUsedAt: used.length === 0 ? null : instant(Math.max(...used)),
      networks: used.length === 0 ? 0 : await networksOf(reader, scope, key.id, now),
      inBrowser: browserCounts.get(key.id) ?? 0,
      isLeaked: leaked.has(key.id),
      grants: api && (await assess(key, api)),
    });
  }
  return facts;
}

/** Of most keys it is clear at once; only of one that seems to have more than it needs it is asked since when. */
async function grantsAssessor(
  reader: Reader,
  scope: TenantScope,
  keys: readonly Key[],
  now: Instant,
): Promise<(key: Key, api: Api) => Promise<Assessment>> {
  const ids = [...new Set(keys.flatMap(({ roleIds }) => roleIds))];
  const roles = (await reader.findRoles(scope, ids)).map(({ value }) => value);
  const needs = Map.groupBy(
    await reader.listNeeds(
      scope,
      keys.map(({ id }) => id),
    ),
    ({ keyId }) => keyId,
  );
  return async (key, api) => {
    const own = roles.filter(({ id }) => key.roleIds.includes(id));
    const facts = { key, api, roles: own, needs: needs.get(key.id) ?? [] };
    const assess = (since: Instant) =>
      assessGrants({ ...facts, grantedSince: since }, now, NEEDED_DAYS_DEFAULT);
    const assumed = assess(key.createdAt);
    if (assumed.outcome !== "more") return assumed;
    return assess(await grantedSince(reader, scope, key, own));
  };
}

async function networksOf(
  reader: Reader,
  scope: TenantScope,
  keyId: KeyId,
  now: Instant,
): Promise<number> {
  const since = addSeconds(now, -NETWORKS_DAYS * DAY_SECONDS);
  return Math.max(0, ...(await reader.countNetworks(scope, keyId, since)).values());
}

/** By the last reports, of which there are few. */
async function leakedKeys(reader: Reader, scope: TenantScope): Promise<ReadonlySet<string>> {
  const page = { limit: SAFETY_LEAKS_MAX, after: null };
  const { items } = await reader.listAuditEvents(scope, { action: "key.leaked" }, page);
  return new Set(items.map(({ targetId }) => targetId));
}
