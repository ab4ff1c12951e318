import type { Policy, PolicyApplication } from "@keyward/core/model/policy";
import { formatInstant } from "@keyward/core/time";
import type { ResultOf } from "../../contract/operations.ts";
import type { Reader, TenantScope, Versioned } from "../../storage/storage.ts";
import { formatNullable } from "../present.ts";

type PolicyResource = ResultOf<"policies.get">;

/** With the names of their apis. */
export async function describePolicies(
  reader: Reader,
  scope: TenantScope,
  policies: readonly Versioned<Policy>[],
): Promise<PolicyResource[]> {
  const ids = new Set(policies.flatMap(({ value }) => value.apiId ?? []));
  const apis = await reader.findApis(scope, [...ids]);
  const prefixes = new Map(apis.map(({ value }) => [value.id, value.prefix]));
  return policies.map(({ value, rev }) => ({
    id: value.id,
    name: value.name,
    api: (value.apiId && prefixes.get(value.apiId)) ?? null,
    api_id: value.apiId,
    kind: value.kind,
    lifetime_seconds_max: value.lifetimeSecondsMax,
    lifetime_seconds_default: value.lifetimeSecondsDefault,
    idle_seconds: value.idleSeconds,
    required_restrictions: [...value.requiredRestrictions],
    forbidden_scopes: [...value.forbiddenScopes],
    approval: value.approval,
    application: value.application && presentApplication(value.application),
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  }));
}

export async function describePolicy(
  reader: Reader,
  scope: TenantScope,
  policy: Versioned<Policy>,
): Promise<PolicyResource> {
  const [description] = await describePolicies(reader, scope, [policy]);
  if (description === undefined) throw new Error("a policy has no description");
  return description;
}

function presentApplication(of: PolicyApplication): NonNullable<PolicyResource["application"]> {
  return {
    status: of.state,
    expected: of.expectedCount,
    counted: of.countedCount,
    changed: of.changedCount,
    grace_until: formatInstant(of.graceUntil),
    started_at: formatInstant(of.startedAt),
    ended_at: formatNullable(of.endedAt),
  };
}
