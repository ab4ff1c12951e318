// Which of the keys that were there before a policy it affects, and how each would end.
import type { ApiId, KeyId } from "@keyward/core/id";
import type { Policy } from "@keyward/core/model/policy";
import type { Key, Role } from "@keyward/core/model/records";
import { endsUnder, violationsOf } from "@keyward/core/policy/violations";
import type { ViolatedRule } from "@keyward/core/policy/violations";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { BUILT_IN_API } from "../../contract/permissions.ts";
import type { KeyFilter, Reader, TenantScope, Versioned } from "../../storage/storage.ts";
import { resolveApi } from "../resolve.ts";
import { governedKey } from "./governed.ts";

/** Why a key is affected. Not to be used is a reason like the others, but nothing that a key says of itself. */
export type AffectedReason = ViolatedRule | "idle";

export interface AffectedKey {
  readonly key: Versioned<Key>;
  readonly reasons: readonly AffectedReason[];
  /** What it becomes. */
  readonly after: Key;
}

/** When, and with how much grace, a policy is applied. */
export interface ApplicationTerms {
  readonly now: Instant;
  readonly graceUntil: Instant;
}

/** The keys that the policy speaks of, affected or not; `undefined` when it speaks of no key. */
export async function governedKeys(
  reader: Reader,
  scope: TenantScope,
  { apiId, kind }: Policy,
  of: { readonly now: Instant; readonly createdBy: Instant; readonly sparedKeyId: KeyId | null },
): Promise<KeyFilter | undefined> {
  if (kind === "client") return undefined;
  const builtIn = apiId === null ? await builtInApi(reader, scope) : undefined;
  return {
    now: of.now,
    notRevoked: true,
    createdBefore: instant(of.createdBy + 1),
    ...(apiId !== null && { apiId }),
    ...(builtIn !== undefined && { exceptApiId: builtIn }),
    ...(kind !== null && { kind }),
    ...(of.sparedKeyId !== null && { exceptKeyId: of.sparedKeyId }),
  };
}

/** Those of a page of keys that the policy affects. */
export async function affectedOf(
  reader: Reader,
  scope: TenantScope,
  policy: Policy,
  keys: readonly Versioned<Key>[],
  terms: ApplicationTerms,
): Promise<readonly AffectedKey[]> {
  const roleIds = new Set(keys.flatMap(({ value }) => value.roleIds));
  const roles = await reader.findRoles(scope, [...roleIds]);
  const byId = new Map(roles.map(({ value }) => [value.id, value]));
  const usedAt = policy.idleSeconds === null ? NOTHING : await lastUses(reader, scope, keys);
  return keys.flatMap((key) => {
    const ofKey = key.value.roleIds.flatMap((id) => byId.get(id) ?? []);
    return judge(policy, key, ofKey, usedAt.get(key.value.id), terms) ?? [];
  });
}

function judge(
  policy: Policy,
  key: Versioned<Key>,
  roles: readonly Role[],
  usedAt: Instant | undefined,
  terms: ApplicationTerms,
): AffectedKey | undefined {
  const { value } = key;
  const credential = governedKey(value, roles);
  const reasons = new Set<AffectedReason>(
    violationsOf(policy, credential, terms.now).map(({ rule }) => rule),
  );
  const hasEnded = value.expiresAt !== null && value.expiresAt <= terms.now;
  const isIdle = !hasEnded && isUnused(policy, value, usedAt, terms.now);
  if (isIdle) reasons.add("idle");
  if (reasons.size === 0) return undefined;
  const ends = endsUnder(policy, credential, terms);
  const after: Key = {
    ...value,
    expiresAt: isIdle ? earliest(ends.expiresAt, terms.graceUntil) : ends.expiresAt,
    secrets: value.secrets.map((secret, index) => ({
      ...secret,
      expiresAt: ends.secrets[index] ?? null,
    })),
    updatedAt: terms.now,
  };
  // Whatever ends within the grace anyhow is left alone: applying a policy again finds nothing more to do.
  const isSame =
    after.expiresAt === value.expiresAt &&
    after.secrets.every((secret, index) => secret.expiresAt === value.secrets[index]?.expiresAt);
  return isSame ? undefined : { key, reasons: [...reasons], after };
}

/** Not used, and not changed by anybody either, for as long as the policy says. */
export function isUnused(
  { idleSeconds }: Pick<Policy, "idleSeconds">,
  key: Pick<Key, "updatedAt">,
  usedAt: Instant | undefined,
  now: Instant,
): boolean {
  if (idleSeconds === null) return false;
  return now >= addSeconds(lastAttention(key, usedAt), idleSeconds);
}

export function lastAttention(
  { updatedAt }: Pick<Key, "updatedAt">,
  usedAt: Instant | undefined,
): Instant {
  return usedAt !== undefined && usedAt > updatedAt ? usedAt : updatedAt;
}

const NOTHING: ReadonlyMap<string, Instant> = new Map();

export async function lastUses(
  reader: Reader,
  scope: TenantScope,
  keys: readonly Versioned<Key>[],
): Promise<ReadonlyMap<string, Instant>> {
  const last = new Map<string, Instant>();
  const ids = keys.map(({ value }) => value.id);
  for (const { keyId, at } of await reader.findLastUses(scope, ids)) {
    const known = last.get(keyId);
    if (known === undefined || at > known) last.set(keyId, at);
  }
  return last;
}

async function builtInApi(reader: Reader, scope: TenantScope): Promise<ApiId> {
  return (await resolveApi(reader, scope, BUILT_IN_API.prefix)).value.id;
}

function earliest(one: Instant | null, other: Instant): Instant {
  return one !== null && one < other ? one : other;
}
