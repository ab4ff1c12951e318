// Rows into records and back.
import { strict as assert } from "node:assert";
import type { AuditAction, AuditEvent } from "@keyward/core/audit/event";
import type { Entity } from "@keyward/core/feed/change";
import { parseId } from "@keyward/core/id";
import { digestFromBytes, digestToBytes } from "@keyward/core/key/digest";
import type { Limit } from "@keyward/core/limit/limit";
import { MEMBER_ROLES } from "@keyward/core/model/records";
import type { Metadata } from "@keyward/core/model/metadata";
import type {
  Api,
  CatalogueScope,
  Key,
  KeySecret,
  Member,
  Owner,
  Plan,
  Role,
  Workspace,
} from "@keyward/core/model/records";
import type { Restrictions } from "@keyward/core/restriction/restrictions";
import { parseScope, parseScopeGrant } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Session } from "../people.ts";
import { LEAK_REACTIONS } from "@keyward/core/model/leak-reaction";
import { TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import type { LastUse, Reply } from "../storage.ts";
import {
  arrayFromText,
  assertObject,
  boolean,
  id,
  instantOrNull,
  objectFromText,
  oneOf,
} from "./row-values.ts";
import type {
  ApisTable,
  AuditEventsTable,
  KeyRolesTable,
  KeySecretsTable,
  KeysTable,
  KeyUsesTable,
  MembersTable,
  OwnersTable,
  PlansTable,
  RepliesTable,
  RolesTable,
  SessionsTable,
  WorkspacesTable,
} from "./schema.ts";

const KINDS = ["secret", "publishable", "pat", "client_secret"] as const;
const ENVIRONMENTS = ["live", "test"] as const;
const STATES = ["active", "disabled", "revoked"] as const;
const OWNER_TYPES = ["app", "user", "organisation"] as const;
const TOKEN_FORMATS = ["jwt", "opaque"] as const;
const ENTITIES = [
  "workspace",
  "api",
  "role",
  "plan",
  "owner",
  "key",
  "member",
  "revocation",
  "policy",
  "webhook",
  "client",
  "signing_key",
  "token",
] as const satisfies readonly Entity[];

const SHARED_TEXT_CHARS_MAX = 512;
const SHARED_VALUES_MAX = 10_000;

/**
 * Remembers what short texts parse to. A million keys have a few sets of scopes between them, and share one value for
 * each; it also makes reading them several times faster.
 */
function sharing<Value>(parse: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = parse(text);
    if (text.length > SHARED_TEXT_CHARS_MAX) return value;
    if (known.size >= SHARED_VALUES_MAX) known.clear();
    known.set(text, value);
    return value;
  };
}

const catalogueFromText = sharing((text): readonly CatalogueScope[] =>
  arrayFromText(text).map((entry) => {
    assertObject(entry);
    const name = typeof entry["name"] === "string" ? parseScope(entry["name"]) : undefined;
    const description = entry["description"];
    assert.ok(name !== undefined, "a catalogue holds scopes");
    assert.ok(description === null || typeof description === "string", "a description is text");
    return { name, description };
  }),
);

const grantsFromText = sharing((text): readonly ScopeGrant[] =>
  arrayFromText(text).map((entry) => {
    const grant = typeof entry === "string" ? parseScopeGrant(entry) : undefined;
    assert.ok(grant !== undefined, "a list of grants holds grants");
    return grant;
  }),
);

const restrictionsFromText = sharing((text) => objectFromText(text) as Restrictions);

const limitsFromText = sharing((text) => arrayFromText(text) as unknown as readonly Limit[]);

const metadataFromText = sharing((text): Metadata => objectFromText(text));

const workspaceId = sharing((text) => id("workspace", text));
const apiId = sharing((text) => id("api", text));
const roleId = sharing((text) => id("role", text));
const planId = sharing((text) => id("plan", text));

export function workspaceFromRow(row: WorkspacesTable): Workspace {
  return {
    id: workspaceId(row.workspace_id),
    name: row.name,
    operator: boolean(row.operator),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function workspaceToRow(
  value: Workspace,
  rev: number,
): Omit<WorkspacesTable, "last_rev" | "audit_head"> {
  return {
    workspace_id: value.id,
    name: value.name,
    operator: Number(value.operator),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}

export function apiFromRow(row: ApisTable): Api {
  return {
    id: apiId(row.id),
    workspaceId: workspaceId(row.workspace_id),
    name: row.name,
    prefix: row.prefix,
    audience: row.audience,
    scopes: catalogueFromText(row.scopes),
    defaultLifetimeSeconds: row.default_lifetime_seconds,
    limits: limitsFromText(row.limits),
    tokenFormat: oneOf(TOKEN_FORMATS, row.token_format),
    tokenAlgorithm: oneOf(TOKEN_ALGORITHMS, row.token_algorithm),
    leakReaction: oneOf(LEAK_REACTIONS, row.leak_reaction),
    builtIn: boolean(row.built_in),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function apiToRow(value: Api, rev: number): ApisTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    name: value.name,
    prefix: value.prefix,
    audience: value.audience,
    scopes: JSON.stringify(value.scopes),
    default_lifetime_seconds: value.defaultLifetimeSeconds,
    limits: JSON.stringify(value.limits),
    token_format: value.tokenFormat,
    token_algorithm: value.tokenAlgorithm,
    leak_reaction: value.leakReaction,
    built_in: Number(value.builtIn),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}

export function roleFromRow(row: RolesTable): Role {
  return {
    id: roleId(row.id),
    workspaceId: workspaceId(row.workspace_id),
    apiId: apiId(row.api_id),
    name: row.name,
    description: row.description,
    scopes: grantsFromText(row.scopes),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function roleToRow(value: Role, rev: number): RolesTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    api_id: value.apiId,
    name: value.name,
    description: value.description,
    scopes: JSON.stringify(value.scopes),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}

export function planFromRow(row: PlansTable): Plan {
  return {
    id: planId(row.id),
    workspaceId: workspaceId(row.workspace_id),
    name: row.name,
    description: row.description,
    limits: limitsFromText(row.limits),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function planToRow(value: Plan, rev: number): PlansTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    name: value.name,
    description: value.description,
    limits: JSON.stringify(value.limits),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}

export type OwnerRow = Omit<OwnersTable, "search">;

export function ownerFromRow(row: OwnerRow): Owner {
  return {
    id: id("owner", row.id),
    workspaceId: workspaceId(row.workspace_id),
    externalId: row.external_id,
    type: oneOf(OWNER_TYPES, row.type),
    name: row.name,
    disabled: boolean(row.disabled),
    planId: row.plan_id === null ? null : planId(row.plan_id),
    limits: limitsFromText(row.limits),
    rights: row.rights === null ? null : grantsFromText(row.rights),
    metadata: metadataFromText(row.metadata),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function ownerToRow(value: Owner, rev: number): OwnersTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    external_id: value.externalId,
    type: value.type,
    name: value.name,
    disabled: Number(value.disabled),
    plan_id: value.planId,
    limits: JSON.stringify(value.limits),
    rights: value.rights === null ? null : JSON.stringify(value.rights),
    metadata: JSON.stringify(value.metadata),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
    search: searchText(value.externalId, value.name ?? ""),
  };
}

export type KeyRow = Omit<KeysTable, "search" | "owner_search">;

/** `secrets` and `roles` are the key's own, by position. */
export function keyFromRow(
  row: KeyRow,
  secrets: readonly KeySecretsTable[],
  roles: readonly KeyRolesTable[],
): Key {
  return {
    id: id("key", row.id),
    workspaceId: workspaceId(row.workspace_id),
    apiId: apiId(row.api_id),
    ownerId: id("owner", row.owner_id),
    name: row.name,
    kind: oneOf(KINDS, row.kind),
    environment: oneOf(ENVIRONMENTS, row.environment),
    state: boolean(row.pending) ? "pending" : oneOf(STATES, row.state),
    scopes: grantsFromText(row.scopes),
    roleIds: roles.map((role) => roleId(role.role_id)),
    restrictions: row.restrictions === null ? null : restrictionsFromText(row.restrictions),
    planId: row.plan_id === null ? null : planId(row.plan_id),
    limits: limitsFromText(row.limits),
    metadata: metadataFromText(row.metadata),
    expiresAt: instantOrNull(row.expires_at),
    revokedAt: instantOrNull(row.revoked_at),
    revokedReason: row.revoked_reason,
    secrets: secrets.map(secretFromRow),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

/** The external id of the owner is not the key's to know. */
export function keyToRow(value: Key, rev: number): Omit<KeysTable, "owner_search"> {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    api_id: value.apiId,
    owner_id: value.ownerId,
    name: value.name,
    kind: value.kind,
    environment: value.environment,
    state: value.state === "pending" ? "disabled" : value.state,
    pending: Number(value.state === "pending"),
    scopes: JSON.stringify(value.scopes),
    restrictions: value.restrictions === null ? null : JSON.stringify(value.restrictions),
    plan_id: value.planId,
    limits: JSON.stringify(value.limits),
    metadata: JSON.stringify(value.metadata),
    expires_at: value.expiresAt,
    revoked_at: value.revokedAt,
    revoked_reason: value.revokedReason,
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
    search: searchText(value.name, ...value.secrets.map((secret) => secret.hint)),
  };
}

function secretFromRow(row: KeySecretsTable): KeySecret {
  return {
    id: id("secret", row.id),
    digest: digestFromBytes(row.digest),
    hint: row.hint,
    notBefore: instantOrNull(row.not_before),
    expiresAt: instantOrNull(row.expires_at),
    createdAt: instant(row.created_at),
  };
}

export function secretToRow(key: Key, value: KeySecret, position: number): KeySecretsTable {
  return {
    workspace_id: key.workspaceId,
    key_id: key.id,
    position,
    id: value.id,
    digest: digestToBytes(value.digest),
    hint: value.hint,
    not_before: value.notBefore,
    expires_at: value.expiresAt,
    created_at: value.createdAt,
  };
}

export function auditEventFromRow(row: AuditEventsTable): AuditEvent {
  return {
    id: id("event", row.id),
    at: instant(row.at),
    actor: actorFromRow(row),
    action: row.action as AuditAction,
    requestId: row.request_id,
    detail: objectFromText(row.detail),
    workspaceId: workspaceId(row.workspace_id),
    rev: row.rev,
    entity: oneOf(ENTITIES, row.entity),
    targetId: row.target_id,
    previousHash: hexFromBytes(row.previous_hash),
    hash: hexFromBytes(row.hash),
  };
}

export function actorFromRow(
  row: Pick<AuditEventsTable, "actor_type" | "actor_id" | "actor_ip">,
): AuditEvent["actor"] {
  switch (row.actor_type) {
    case "key":
      return { type: "key", id: row.actor_id, ip: row.actor_ip };
    case "member":
      return { type: "member", id: row.actor_id, ip: row.actor_ip };
    case "owner":
      return { type: "owner", id: row.actor_id, ip: row.actor_ip };
    case "system":
      assert.equal(row.actor_ip, null, "Keyward itself has no address");
      return { type: "system", id: row.actor_id, ip: null };
    default:
      throw new assert.AssertionError({ message: `no such actor: ${row.actor_type}` });
  }
}

export function auditEventToRow(event: AuditEvent): AuditEventsTable {
  return {
    workspace_id: event.workspaceId,
    rev: event.rev,
    id: event.id,
    at: event.at,
    actor_type: event.actor.type,
    actor_id: event.actor.id,
    actor_ip: event.actor.ip,
    action: event.action,
    entity: event.entity,
    target_id: event.targetId,
    request_id: event.requestId,
    detail: JSON.stringify(event.detail),
    previous_hash: Buffer.from(event.previousHash, "hex"),
    hash: Buffer.from(event.hash, "hex"),
  };
}

export type MemberRow = Omit<MembersTable, "search">;

export function memberFromRow(row: MemberRow): Member {
  const { issuer, subject } = row;
  return {
    id: id("member", row.id),
    workspaceId: workspaceId(row.workspace_id),
    name: row.name,
    email: row.email,
    role: oneOf(MEMBER_ROLES, row.role),
    disabled: boolean(row.disabled),
    identity: issuer === null || subject === null ? null : { issuer, subject },
    lastSignedInAt: instantOrNull(row.last_signed_in_at),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function memberToRow(value: Member, rev: number): MembersTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    name: value.name,
    email: value.email,
    role: value.role,
    disabled: Number(value.disabled),
    issuer: value.identity?.issuer ?? null,
    subject: value.identity?.subject ?? null,
    last_signed_in_at: value.lastSignedInAt,
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
    search: searchText(value.name, value.email ?? ""),
  };
}

export function sessionFromRow(row: SessionsTable): Session {
  return {
    id: id("session", row.id),
    workspaceId: workspaceId(row.workspace_id),
    memberId: id("member", row.member_id),
    digest: digestFromBytes(row.digest),
    formerDigest: row.former_digest === null ? null : digestFromBytes(row.former_digest),
    renewedAt: instant(row.renewed_at),
    signedInAt: instant(row.signed_in_at),
    expiresAt: instant(row.expires_at),
    provedAt: instant(row.proved_at),
    providerSession: row.provider_session,
    ip: row.ip,
    userAgent: row.user_agent,
    bearer: boolean(row.bearer),
  };
}

export function sessionToRow(value: Session): SessionsTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    member_id: value.memberId,
    digest: digestToBytes(value.digest),
    former_digest: value.formerDigest === null ? null : digestToBytes(value.formerDigest),
    renewed_at: value.renewedAt,
    signed_in_at: value.signedInAt,
    expires_at: value.expiresAt,
    proved_at: value.provedAt,
    provider_session: value.providerSession,
    ip: value.ip,
    user_agent: value.userAgent,
    bearer: Number(value.bearer),
  };
}

/** A body that holds a secret ends before it is forgotten: whoever asks later must not depend on who cleans up. */
export function replyFromRow(row: RepliesTable, now: Instant): Reply {
  return {
    keyDigest: row.key_digest,
    requestDigest: row.request_digest,
    status: row.status,
    body: row.body_expires_at <= now ? null : row.body,
    targetId: row.target_id,
    bodyExpiresAt: instant(row.body_expires_at),
    expiresAt: instant(row.expires_at),
  };
}

export function lastUseFromRow(row: KeyUsesTable): LastUse {
  return {
    keyId: parseId("client", row.key_id) ?? id("key", row.key_id),
    secretId: parseId("client", row.secret_id) ?? id("secret", row.secret_id),
    at: instant(row.last_used_at),
    network: row.network,
    agent: row.agent,
    reporter: row.reporter,
  };
}

export function hexFromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** One text that a search looks through; a line feed keeps a match from reaching across two of its parts. */
export function searchText(...parts: readonly string[]): string {
  return foldAscii(parts.join("\n"));
}

/** Lower case for A to Z alone: the same in every locale and in every database. */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
