import { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import { formatInstant, instant } from "@keyward/core/time";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { TenantScope } from "../../storage/storage.ts";
import type { UsageDimension, UsageFilter, UsageSum } from "../../storage/usage.ts";
import type { Call } from "../call.ts";
import type { ReadAccess } from "../handlers.ts";
import { resolveApi, resolveOwner, resolvePlan } from "../resolve.ts";
import { bucketIndex, bucketsOf, rangeOf } from "./buckets.ts";
import type { Buckets } from "./buckets.ts";

type Query = InputOf<"usage.get">["query"];
type Result = ResultOf<"usage.get">;
type Sums = Result["totals"];
type Group = NonNullable<Result["groups"]>[number];

export async function getUsage(
  { caller: { scope }, now }: Call,
  access: ReadAccess,
  { query }: InputOf<"usage.get">,
): Promise<Result> {
  const buckets = bucketsOf(query, now);
  const { grain, from, to } = buckets;
  const filter = await filterOf(access, scope, query);
  const read = { access, scope, buckets, filter };
  const inBuckets = await sumBuckets(read);
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    grain,
    time_zone: query.time_zone,
    totals: total(inBuckets),
    networks: await networksOfFilter(read),
    previous: query.compare === undefined ? null : await sumPrevious(read),
    buckets: buckets.starts.map((at, index) => {
      return { at: formatInstant(at), ...(inBuckets[index] ?? NOTHING) };
    }),
    ...(await sumGroups(read, query)),
  };
}

export async function listStrangers(
  { caller: { scope }, now }: Call,
  { usage }: ReadAccess,
  { query }: InputOf<"usage.strangers">,
): Promise<ResultOf<"usage.strangers">> {
  const { from, to } = rangeOf(query, now);
  const strangers = await usage.listStrangers(scope, { from, to }, query.top);
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    data: strangers.map(({ brand, ...of }) => ({ ...of, brand: brand === "" ? null : brand })),
  };
}

interface Read {
  readonly access: ReadAccess;
  readonly scope: TenantScope;
  readonly buckets: Buckets;
  readonly filter: UsageFilter;
}

const NO_NETWORKS: ReadonlyMap<string, number> = new Map();
const NOTHING: Sums = { count: 0, allowed: 0, denied: 0, cost: 0 };

/** @throws OperationError `not_found` for an api, owner or plan that there is not, and for what cannot be a key */
async function filterOf(
  { reader }: ReadAccess,
  scope: TenantScope,
  query: Query,
): Promise<UsageFilter> {
  const { api, owner, plan, environment, tag } = query;
  const codes = codesOf(query);
  for (const name of ["key", "client"] as const) {
    if (name in query && query[name] === undefined) throw new OperationError("not_found");
  }
  const keyId = query.key ?? query.client;
  return {
    ...(keyId !== undefined && { keyId }),
    ...(owner !== undefined && { ownerId: (await resolveOwner(reader, scope, owner)).value.id }),
    ...(plan !== undefined && { planId: (await resolvePlan(reader, scope, plan)).value.id }),
    ...(api !== undefined && { apiId: (await resolveApi(reader, scope, api)).value.id }),
    ...(environment !== undefined && { environment }),
    ...(tag !== undefined && { tag }),
    ...(codes !== undefined && { codes }),
  };
}

function codesOf({ code, outcome }: Query): readonly VerdictCode[] | undefined {
  if (outcome === undefined) return code === undefined ? undefined : [code];
  const denials = Object.keys(DENIALS) as VerdictCode[];
  const ofOutcome: readonly VerdictCode[] = outcome === "allowed" ? ["allowed"] : denials;
  return code === undefined ? ofOutcome : ofOutcome.filter((each) => each === code);
}

async function sumBuckets({ access, scope, buckets, filter }: Read): Promise<readonly Sums[]> {
  const { readGrain: grain, from, to, starts } = buckets;
  const question = { grain, from, to, filter, by: ["code"], byBucket: true } as const;
  const sums = starts.map(() => ({ ...NOTHING }));
  for (const sum of await access.usage.sum(scope, question)) {
    const into = sum.bucket === null ? undefined : sums[bucketIndex(buckets, sum.bucket)];
    if (into !== undefined) add(into, sum, 0);
  }
  return sums;
}

async function sumPrevious({ access, scope, buckets, filter }: Read): Promise<Result["previous"]> {
  const { readGrain: grain, from: to } = buckets;
  const from = instant(Math.max(0, to - (buckets.to - to)));
  const question = { grain, from, to, filter, by: ["code"], byBucket: false } as const;
  const sums = { ...NOTHING };
  for (const sum of await access.usage.sum(scope, question)) add(sums, sum, 0);
  return { from: formatInstant(from), to: formatInstant(to), ...sums };
}

async function networksOfFilter(read: Read): Promise<number | null> {
  const { keyId } = read.filter;
  return keyId === undefined ? null : ((await networksOf(read, [[keyId]])).get(keyId) ?? 0);
}

/** @param of begins with the id of a key or client */
function networksOf(
  { access, scope, buckets }: Read,
  of: readonly (readonly [string, ...unknown[]])[],
): Promise<ReadonlyMap<string, number>> {
  const ids = of.flatMap(([id]) => parseId("key", id) ?? parseId("client", id) ?? []);
  return access.reader.countNetworksOf(scope, ids, buckets);
}

async function sumGroups(
  read: Read,
  { group_by: dimension, top }: Query,
): Promise<Pick<Result, "groups" | "others">> {
  if (dimension === undefined) return { groups: null, others: null };
  const { access, scope, buckets, filter } = read;
  const { readGrain: grain, from, to } = buckets;
  const by: readonly UsageDimension[] = [dimension, "code"];
  const groups = new Map<string, Sums>();
  for (const sum of await access.usage.sum(scope, {
    grain,
    from,
    to,
    filter,
    by,
    byBucket: false,
  })) {
    const [value = ""] = sum.names;
    const into = groups.get(value) ?? { ...NOTHING };
    groups.set(value, into);
    add(into, sum, 1);
  }
  const ranked = [...groups].toSorted(([, left], [, right]) => right.count - left.count);
  const shown = ranked.slice(0, top);
  const names = await namesOf(
    access,
    scope,
    dimension,
    shown.map(([value]) => value),
  );
  const networks = dimension === "key" ? await networksOf(read, shown) : NO_NETWORKS;
  return {
    groups: shown.map(([value, sums]): Group => {
      return {
        value: value === "" ? null : value,
        name: names.get(value) ?? null,
        ...sums,
        networks: dimension === "key" && value !== "" ? (networks.get(value) ?? 0) : null,
      };
    }),
    others: total(ranked.slice(top).map(([, sums]) => sums)),
  };
}

/** What people call the things; one that is there no longer has no name. */
async function namesOf(
  { reader }: ReadAccess,
  scope: TenantScope,
  dimension: UsageDimension,
  values: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  switch (dimension) {
    case "key": {
      const ids = values.flatMap((value) => parseId("key", value) ?? []);
      const keys = await Promise.all(ids.map((id) => reader.findKey(scope, id)));
      const clientIds = values.flatMap((value) => parseId("client", value) ?? []);
      const clients = await Promise.all(clientIds.map((id) => reader.findClient(scope, id)));
      return new Map(
        [...keys, ...clients].flatMap((one) => (one ? [[one.value.id, one.value.name]] : [])),
      );
    }
    case "owner": {
      const ids = values.flatMap((value) => parseId("owner", value) ?? []);
      const owners = await reader.findOwners(scope, ids);
      return new Map(owners.map(({ value }) => [value.id, value.externalId]));
    }
    case "plan": {
      const ids = values.flatMap((value) => parseId("plan", value) ?? []);
      const plans = await reader.findPlans(scope, ids);
      return new Map(plans.map(({ value }) => [value.id, value.name]));
    }
    case "api": {
      const ids = values.flatMap((value) => parseId("api", value) ?? []);
      const apis = await reader.findApis(scope, ids);
      return new Map(apis.map(({ value }) => [value.id, value.prefix]));
    }
    case "environment":
    case "code":
    case "tag":
      return new Map();
  }
}

/** @param codeAt where the code stands among the sum's names */
function add(into: Sums, { names, count, cost }: UsageSum, codeAt: number): void {
  into.count += count;
  into.cost += cost;
  if (names[codeAt] === "allowed") into.allowed += count;
  else into.denied += count;
}

function total(parts: readonly Sums[]): Sums {
  const sums = { ...NOTHING };
  for (const { count, allowed, denied, cost } of parts) {
    sums.count += count;
    sums.allowed += allowed;
    sums.denied += denied;
    sums.cost += cost;
  }
  return sums;
}
