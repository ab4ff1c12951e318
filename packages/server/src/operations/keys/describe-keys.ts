import type { Key } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import type { ResultOf } from "../../contract/operations.ts";
import type { Reader, TenantScope, Versioned } from "../../storage/storage.ts";
import { presentKey } from "../present.ts";

/** Shows keys with the names of what they refer to: six queries, however many keys there are. */
export async function describeKeys(
  reader: Reader,
  scope: TenantScope,
  keys: readonly Versioned<Key>[],
  now: Instant,
): Promise<ResultOf<"keys.get">[]> {
  const values = keys.map((key) => key.value);
  const apis = byId(await reader.findApis(scope, distinct(values.map((key) => key.apiId))));
  const owners = byId(await reader.findOwners(scope, distinct(values.map((key) => key.ownerId))));
  const roles = byId(await reader.findRoles(scope, distinct(values.flatMap((key) => key.roleIds))));
  const planIds = values.flatMap(({ planId }) => (planId === null ? [] : [planId]));
  const plans = byId(await reader.findPlans(scope, distinct(planIds)));
  const ids = values.map((key) => key.id);
  const uses = Map.groupBy(await reader.findLastUses(scope, ids), (use) => use.keyId);
  return keys.map((key) => {
    const surroundings = {
      api: referred(apis, key.value.apiId),
      owner: referred(owners, key.value.ownerId),
      plan: key.value.planId === null ? null : referred(plans, key.value.planId),
      roles: key.value.roleIds.map((id) => referred(roles, id)),
      lastUses: uses.get(key.value.id) ?? [],
    };
    return presentKey(key, surroundings, now);
  });
}

export async function describeKey(
  reader: Reader,
  scope: TenantScope,
  key: Versioned<Key>,
  now: Instant,
): Promise<ResultOf<"keys.get">> {
  const [description] = await describeKeys(reader, scope, [key], now);
  if (description === undefined) throw new Error("a key has no description");
  return description;
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

function byId<Value extends { readonly id: string }>(
  items: readonly Versioned<Value>[],
): ReadonlyMap<string, Value> {
  return new Map(items.map(({ value }) => [value.id, value]));
}

/** What a key refers to cannot be deleted, so a miss is a defect and not a failure. */
function referred<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new Error(`a key refers to ${id}, which is not there`);
  return value;
}
