// What is known of keys, for what is unsafe about them.
import type { Api, Key, Plan, Role } from "@keyward/core/model/records";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { NEEDED_DAYS_DEFAULT, SAFETY_LEAKS_MAX } from "../../contract/limits.ts";
import type { NeedOfKey, Reader, TenantScope } from "../../storage/storage.ts";
import type { UsageStorage } from "../../storage/usage.ts";
import type { ReadAccess } from "../handlers.ts";
import { BROWSER_DAYS, NETWORKS_DAYS } from "./findings.ts";
import type { KeyFacts } from "./findings.ts";
import { grantedSince } from "./granted-since.ts";
import { assessGrants } from "./least-grants.ts";
import type { Assessment } from "./least-grants.ts";

const DAY_SECONDS = 86_400;

export async function factsOfKeys(
  { reader, usage }: ReadAccess,
  scope: TenantScope,
  keys: readonly Key[],
  now: Instant,
): Promise<readonly KeyFacts[]> {
  const ids = keys.map(({ id }) => id);
  const owners = await reader.findOwners(scope, unique(keys.map(({ ownerId }) => ownerId)));
  const apis = await reader.findApis(scope, unique(keys.map(({ apiId }) => apiId)));
  const roles = await reader.findRoles(scope, unique(keys.flatMap(({ roleIds }) => roleIds)));
  const planIds = [...keys, ...owners.map(({ value }) => value)].flatMap(
    ({ planId }) => planId ?? [],
  );
  const plans = await reader.findPlans(scope, unique(planIds));
  const uses = await reader.findLastUses(scope, ids);
  const needs = Map.groupBy(await reader.listNeeds(scope, ids), ({ keyId }) => keyId);
  const leaked = await leakedSecrets(reader, scope);
  const browserCounts = await countBrowsers(usage, scope, now);
  const facts: KeyFacts[] = [];
  for (const key of keys) {
    const api = apis.find(({ value }) => value.id === key.apiId)?.value;
    const owner = owners.find(({ value }) => value.id === key.ownerId)?.value;
    const own = roles.map(({ value }) => value).filter(({ id }) => key.roleIds.includes(id));
    const used = uses.filter(({ keyId }) => keyId === key.id).map(({ at }) => at);
    facts.push({
      key,
      api,
      owner,
      roles: own,
      plans: plans.map(({ value }) => value).filter(isOf(key.planId, owner?.planId)),
      lastUsedAt: used.length === 0 ? null : instant(Math.max(...used)),
      networks: used.length === 0 ? 0 : await countNetworks(reader, scope, key, now),
      inBrowser: browserCounts.get(key.id) ?? 0,
      isLeaked: key.secrets.some(
        ({ id, expiresAt }) => leaked.has(id) && (expiresAt === null || expiresAt > now),
      ),
      grants: api && (await assess({ reader, scope, now }, key, api, own, needs.get(key.id) ?? [])),
    });
  }
  return facts;
}

/** Of most keys it is clear at once; only of one that seems to have more than it needs it is asked since when. */
async function assess(
  {
    reader,
    scope,
    now,
  }: { readonly reader: Reader; readonly scope: TenantScope; readonly now: Instant },
  key: Key,
  api: Api,
  roles: readonly Role[],
  needs: readonly NeedOfKey[],
): Promise<Assessment> {
  const facts = { key, api, roles, needs };
  const since = (at: Instant) =>
    assessGrants({ ...facts, grantedSince: at }, now, NEEDED_DAYS_DEFAULT);
  const assumed = since(key.createdAt);
  if (assumed.outcome !== "more") return assumed;
  return since(await grantedSince(reader, scope, key, roles));
}

async function countBrowsers(
  usage: UsageStorage,
  scope: TenantScope,
  now: Instant,
): Promise<ReadonlyMap<string, number>> {
  const counts = await usage.sum(scope, {
    grain: "day",
    from: instant(Math.max(0, now - BROWSER_DAYS * DAY_SECONDS * 1_000)),
    to: now,
    filter: { codes: ["secret_key_in_browser"] },
    by: ["key"],
    byBucket: false,
  });
  return new Map(counts.map(({ names: [key = ""], count }) => [key, count]));
}

/** The most that one secret of it was used from. */
async function countNetworks(
  reader: Reader,
  scope: TenantScope,
  { id }: Key,
  now: Instant,
): Promise<number> {
  const since = addSeconds(now, -NETWORKS_DAYS * DAY_SECONDS);
  return Math.max(0, ...(await reader.countNetworks(scope, id, since)).values());
}

/** By the last reports, of which there are few. */
async function leakedSecrets(reader: Reader, scope: TenantScope): Promise<ReadonlySet<unknown>> {
  const page = { limit: SAFETY_LEAKS_MAX, after: null };
  const { items } = await reader.listAuditEvents(scope, { action: "key.leaked" }, page);
  return new Set(items.map(({ detail }) => detail["secret"]));
}

function isOf(...ids: readonly (string | null | undefined)[]): (plan: Plan) => boolean {
  return ({ id }) => ids.includes(id);
}

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}
