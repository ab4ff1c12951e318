// Turns records into what the API shows. A digest has no way through here.
import { statusOf } from "@keyward/core/model/key-state";
import { formatInstant } from "@keyward/core/time";
import type { AuditEvent } from "@keyward/core/audit/event";
import type {
  Api,
  Key,
  KeySecret,
  Owner,
  Plan,
  Role,
  Workspace,
} from "@keyward/core/model/records";
import type { Limit } from "@keyward/core/limit/limit";
import { remainingOf } from "@keyward/core/model/revocation";
import type { Revocation } from "@keyward/core/model/revocation";
import type { Restrictions } from "@keyward/core/restriction/restrictions";
import type { Instant } from "@keyward/core/time";
import type { ResultOf } from "../contract/operations.ts";
import type { LastUse, Versioned } from "../storage/storage.ts";

type KeyResource = ResultOf<"keys.get">;
type SecretResource = KeyResource["secrets"][number];

/** What a key refers to, for showing it by name. */
export interface KeySurroundings {
  readonly api: Api;
  readonly owner: Owner;
  readonly plan: Plan | null;
  readonly roles: readonly Role[];
  readonly lastUses: readonly LastUse[];
}

export function presentWorkspace({ value, rev }: Versioned<Workspace>): ResultOf<"workspaces.get"> {
  return {
    id: value.id,
    name: value.name,
    operator: value.operator,
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentApi({ value, rev }: Versioned<Api>): ResultOf<"apis.get"> {
  return {
    id: value.id,
    name: value.name,
    prefix: value.prefix,
    audience: value.audience,
    scopes: value.scopes.map((scope) => scope.name),
    default_lifetime_seconds: value.defaultLifetimeSeconds,
    limits: presentLimits(value.limits),
    token_format: value.tokenFormat,
    token_algorithm: value.tokenAlgorithm,
    leak_reaction: value.leakReaction,
    built_in: value.builtIn,
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentRole({ value, rev }: Versioned<Role>, api: Api): ResultOf<"roles.get"> {
  return {
    id: value.id,
    api: api.prefix,
    api_id: api.id,
    name: value.name,
    description: value.description,
    scopes: [...value.scopes],
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentPlan({ value, rev }: Versioned<Plan>): ResultOf<"plans.get"> {
  return {
    id: value.id,
    name: value.name,
    description: value.description,
    limits: presentLimits(value.limits),
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentOwner(
  { value, rev }: Versioned<Owner>,
  plan: Plan | null,
): ResultOf<"owners.get"> {
  return {
    id: value.id,
    external_id: value.externalId,
    type: value.type,
    name: value.name,
    status: value.disabled ? "disabled" : "active",
    plan: plan?.name ?? null,
    plan_id: value.planId,
    limits: presentLimits(value.limits),
    rights: value.rights === null ? null : [...value.rights],
    metadata: value.metadata,
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentKey(
  { value, rev }: Versioned<Key>,
  { api, owner, plan, roles, lastUses }: KeySurroundings,
  now: Instant,
): KeyResource {
  return {
    id: value.id,
    name: value.name,
    api: api.prefix,
    api_id: api.id,
    owner: owner.externalId,
    owner_id: owner.id,
    kind: value.kind,
    environment: value.environment,
    status: statusOf(value.state, value.expiresAt, now),
    scopes: [...value.scopes],
    roles: roles.map((role) => role.name),
    restrictions: presentRestrictions(value.restrictions),
    plan: plan?.name ?? null,
    plan_id: value.planId,
    limits: presentLimits(value.limits),
    metadata: value.metadata,
    hint: value.secrets.at(-1)?.hint ?? "",
    secrets: value.secrets.map((secret) => presentSecret(value, secret, lastUses, now)),
    expires_at: formatNullable(value.expiresAt),
    last_used_at: formatNullable(latest(lastUses)),
    revoked_at: formatNullable(value.revokedAt),
    revoked_reason: value.revokedReason,
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentSecret(
  key: Pick<Key, "state" | "expiresAt">,
  secret: KeySecret,
  lastUses: readonly LastUse[],
  now: Instant,
): SecretResource {
  const use = lastUses.find(({ secretId }) => secretId === secret.id);
  return {
    id: secret.id,
    hint: secret.hint,
    status: secretStatus(key, secret, now),
    not_before: formatNullable(secret.notBefore),
    expires_at: formatNullable(secret.expiresAt),
    last_used_at: formatNullable(use?.at ?? null),
    last_used_network: use?.network ?? null,
    last_used_agent: use?.agent ?? null,
    last_used_reporter: use?.reporter ?? null,
    created_at: formatInstant(secret.createdAt),
  };
}

export function presentRevocation({
  value,
  rev,
}: Versioned<Revocation>): ResultOf<"revocations.create"> {
  const { filter } = value;
  return {
    id: value.id,
    status: value.state,
    filter: {
      api_id: filter.apiId,
      owner_id: filter.ownerId,
      role_id: filter.roleId,
      environment: filter.environment,
      kind: filter.kind,
      created_after: formatNullable(filter.createdAfter),
      created_before: formatInstant(filter.createdBefore),
      last_used_from: filter.lastUsedFrom,
      not_used_since: formatNullable(filter.notUsedSince),
    },
    spared_key: value.sparedKeyId,
    reason: value.reason,
    matched: value.matchedCount,
    revoked: value.revokedCount,
    remaining: remainingOf(value),
    started_at: formatInstant(value.startedAt),
    ended_at: formatNullable(value.endedAt),
    rev,
  };
}

export function presentAuditEvent(event: AuditEvent): ResultOf<"audit.list">["data"][number] {
  return {
    id: event.id,
    rev: event.rev,
    at: formatInstant(event.at),
    action: event.action,
    actor: { type: event.actor.type, id: event.actor.id, ip: event.actor.ip },
    target: { entity: event.entity, id: event.targetId },
    request_id: event.requestId,
    detail: event.detail,
    previous_hash: event.previousHash,
    hash: event.hash,
  };
}

/** Storage holds only restrictions that the contract's schema has let in. */
function presentRestrictions(restrictions: Restrictions | null): KeyResource["restrictions"] {
  return restrictions as KeyResource["restrictions"];
}

function presentLimits(limits: readonly Limit[]): Limit[] {
  return [...limits];
}

export function formatNullable(value: Instant | null): string | null {
  return value === null ? null : formatInstant(value);
}

/** A key that has ended takes its secrets along. One that is disabled does not: they are as they were once it is back. */
function secretStatus(
  key: Pick<Key, "state" | "expiresAt">,
  secret: KeySecret,
  now: Instant,
): SecretResource["status"] {
  const ofKey = statusOf(key.state, key.expiresAt, now);
  if (ofKey === "revoked" || ofKey === "expired") return ofKey;
  if (secret.expiresAt !== null && secret.expiresAt <= now) return "expired";
  return secret.notBefore !== null && secret.notBefore > now ? "not_yet_valid" : "active";
}

function latest(uses: readonly LastUse[]): Instant | null {
  let last: Instant | null = null;
  for (const use of uses) {
    if (last === null || use.at > last) last = use.at;
  }
  return last;
}
