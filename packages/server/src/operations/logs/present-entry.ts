import { parseId } from "@keyward/core/id";
import type { ApiId, KeyId, OwnerId } from "@keyward/core/id";
import type { Filterable } from "@keyward/core/log/filter";
import { traceOf } from "@keyward/core/log/trace";
import { formatInstant } from "@keyward/core/time";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { ResultOf } from "../../contract/operations.ts";
import type { KeptEntry } from "../../storage/logs.ts";
import type { Reader, TenantScope } from "../../storage/storage.ts";

export type ShownEntry = ResultOf<"logs.list">["data"][number];

/** What a filter looks at. */
export function filterableOf(entry: KeptEntry): Filterable {
  const { code, keyId, ownerId, apiId, brand, tag, ...rest } = entry;
  return {
    ...rest,
    code,
    outcome: outcomeOf(code),
    status: statusOf(code),
    key: keyId,
    owner: ownerId,
    api: apiId,
    brand: brand || null,
    tag: tag || null,
  };
}

/** With the names that the things have now; one that is there no longer has none. */
export async function presentEntries(
  reader: Reader,
  scope: TenantScope,
  entries: readonly KeptEntry[],
): Promise<readonly ShownEntry[]> {
  const names = await namesOf(reader, scope, entries);
  return entries.map((entry) => {
    const { id, at, code, keyId, ownerId, apiId, environment, brand, tag, cost } = entry;
    const { method, path, network, agent, reporter, more } = entry;
    return {
      id,
      at: formatInstant(at),
      outcome: outcomeOf(code),
      code,
      status: statusOf(code),
      key: keyId,
      key_name: names.get(keyId ?? "") ?? null,
      owner: names.get(ownerId ?? "") ?? null,
      owner_id: ownerId,
      api: names.get(apiId ?? "") ?? null,
      api_id: apiId,
      environment,
      brand: brand || null,
      tag: tag || null,
      cost,
      method,
      path,
      network,
      agent,
      reporter,
      trace: [...traceOf(entry)],
      more,
    };
  });
}

async function namesOf(
  reader: Reader,
  scope: TenantScope,
  entries: readonly KeptEntry[],
): Promise<ReadonlyMap<string, string>> {
  const keyIds = new Set<KeyId>();
  const ownerIds = new Set<OwnerId>();
  const apiIds = new Set<ApiId>();
  for (const { keyId, ownerId, apiId } of entries) {
    const id = keyId === null ? undefined : parseId("key", keyId);
    if (id !== undefined) keyIds.add(id);
    if (ownerId !== null) ownerIds.add(ownerId);
    if (apiId !== null) apiIds.add(apiId);
  }
  const [keys, owners, apis] = await Promise.all([
    Promise.all([...keyIds].map((id) => reader.findKey(scope, id))),
    reader.findOwners(scope, [...ownerIds]),
    reader.findApis(scope, [...apiIds]),
  ]);
  return new Map<string, string>([
    ...keys.flatMap((key) => (key === undefined ? [] : [[key.value.id, key.value.name] as const])),
    ...owners.map(({ value }) => [value.id, value.externalId] as const),
    ...apis.map(({ value }) => [value.id, value.prefix] as const),
  ]);
}

function outcomeOf(code: VerdictCode): "allowed" | "denied" {
  return code === "allowed" ? "allowed" : "denied";
}

function statusOf(code: VerdictCode): number {
  return code === "allowed" ? 200 : DENIALS[code].status;
}
