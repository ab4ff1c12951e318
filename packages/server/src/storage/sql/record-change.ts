// One change with its place in the feed and its link of the audit chain, in the transaction that is open (I8).
import { all, attempt, find, run } from "./query.ts";
import type { Query } from "./query.ts";
import { strict as assert } from "node:assert";
import { sql } from "kysely";
import type { AuditEvent, AuditFacts } from "@keyward/core/audit/event";
import type { Change, CommittedChange, Entity } from "@keyward/core/feed/change";
import { OperationError } from "@keyward/core/failure/failures";
import type { FailureCode } from "@keyward/core/failure/failures";
import type { Key, Member, Owner, Workspace } from "@keyward/core/model/records";
import { CHAIN_START, linkEvent } from "../../audit/chain.ts";
import type { TenantScope } from "../storage.ts";
import { announce } from "./announce.ts";
import { changePayload } from "./change-payload.ts";
import {
  API_COLUMNS,
  AUDIT_EVENT_COLUMNS,
  KEY_COLUMNS,
  KEY_ROLE_COLUMNS,
  KEY_SECRET_COLUMNS,
  MEMBER_COLUMNS,
  OWNER_COLUMNS,
  PLAN_COLUMNS,
  ROLE_COLUMNS,
} from "./columns.ts";
import { credentialEnds } from "./credential-end.ts";
import type { CredentialEnd, KeyBefore } from "./credential-end.ts";
import { putPolicy } from "./policies.ts";
import { putRevocation } from "./revocation-jobs.ts";
import { endWebhook } from "./events.ts";
import { WEBHOOK_COLUMNS, webhookToRow } from "./event-rows.ts";
import {
  clientEnds,
  deleteApisOfClient,
  findClientBefore,
  putClient,
  putToken,
  upsertSigningKey,
} from "./oauth-writes.ts";
import { signingKeyToRow, spaced } from "./oauth-rows.ts";
import {
  apiToRow,
  auditEventToRow,
  hexFromBytes,
  keyToRow,
  memberToRow,
  ownerToRow,
  planToRow,
  roleToRow,
  secretToRow,
  workspaceToRow,
} from "./rows.ts";
import { ConstraintError } from "./constraint-error.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";
import { deleteUnitsOf } from "./units.ts";
import { insertRow, upsertRow } from "./write-row.ts";

/** Of these a name may be taken. */
const NAMED: ReadonlySet<Entity> = new Set(["api", "role", "plan", "owner", "member"]);

interface ById {
  scope: TenantScope;
  id: string;
}

const TAKEN: Readonly<Record<string, FailureCode>> = {
  apis_workspace_id_prefix_key: "prefix_taken",
  roles_workspace_id_api_id_name_key: "name_taken",
  plans_workspace_id_name_key: "name_taken",
  owners_workspace_id_external_id_key: "external_id_taken",
  members_workspace_id_email_key: "email_taken",
  policies_workspace_id_name_key: "name_taken",
  key_secrets_digest_key: "digest_taken",
  // PostgreSQL tells of an index by its own name.
  key_secrets_by_digest: "digest_taken",
};

const selectHead = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("workspaces").select(["last_rev", "audit_head"]),
);
const updateHead = prepared((of: { scope: TenantScope; rev: number; hash: Uint8Array }) =>
  scoped(of.scope).updateTable("workspaces").set({ last_rev: of.rev, audit_head: of.hash }),
);
const upsertWorkspace = upsertRow(
  "workspaces",
  ["name", "operator", "created_at", "updated_at", "rev", "last_rev", "audit_head"],
  ["workspace_id"],
);
const upsertApi = upsertRow("apis", API_COLUMNS);
const upsertRole = upsertRow("roles", ROLE_COLUMNS);
const upsertPlan = upsertRow("plans", PLAN_COLUMNS);
const upsertOwner = upsertRow("owners", [...OWNER_COLUMNS, "search"]);
const upsertKey = upsertRow("keys", [...KEY_COLUMNS, "search", "owner_search"]);
const upsertMember = upsertRow("members", [...MEMBER_COLUMNS, "search"]);
const upsertWebhook = upsertRow("webhooks", WEBHOOK_COLUMNS);
const insertSecret = insertRow("key_secrets", KEY_SECRET_COLUMNS);
const insertKeyRole = insertRow("key_roles", KEY_ROLE_COLUMNS);
const insertChange = insertRow("changes", [
  "rev",
  "entity",
  "entity_id",
  "payload",
  "api_id",
  "environment",
]);
const insertAuditEvent = insertRow("audit_events", AUDIT_EVENT_COLUMNS);
const insertRevocation = insertRow("revocations", ["key_id", "secret_id", "end_kind", "ends_at"]);

const selectExternalId = prepared(({ scope, id }: ById) =>
  scoped(scope)
    .selectFrom("owners")
    .select(["external_id", sql<string>`lower(external_id)`.as("search")])
    .where("id", "=", id),
);
const updateOwnerSearch = prepared(({ scope, id, search }: ById & { search: string }) =>
  scoped(scope).updateTable("keys").set({ owner_search: search }).where("owner_id", "=", id),
);
const selectKeyBefore = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("keys").select(["state", "expires_at"]).where("id", "=", id),
);
const selectKeySubject = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("keys").select(["api_id", "environment"]).where("id", "=", id),
);
const selectRoleApi = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("roles").select(["api_id"]).where("id", "=", id),
);
const selectSigner = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("signing_keys").select(["environment"]).where("id", "=", id),
);
const selectSecretsBefore = prepared(({ scope, id }: ById) =>
  scoped(scope)
    .selectFrom("key_secrets")
    .select(["id", "expires_at as expiresAt"])
    .where("key_id", "=", id),
);

const deleteById = {
  client: prepared(({ scope, id }: ById) =>
    scoped(scope).deleteFrom("clients").where("id", "=", id),
  ),
  signing_key: prepared(({ scope, id }: ById) =>
    scoped(scope).deleteFrom("signing_keys").where("id", "=", id),
  ),
  api: prepared(({ scope, id }: ById) => scoped(scope).deleteFrom("apis").where("id", "=", id)),
  role: prepared(({ scope, id }: ById) => scoped(scope).deleteFrom("roles").where("id", "=", id)),
  plan: prepared(({ scope, id }: ById) => scoped(scope).deleteFrom("plans").where("id", "=", id)),
  owner: prepared(({ scope, id }: ById) => scoped(scope).deleteFrom("owners").where("id", "=", id)),
  member: prepared(({ scope, id }: ById) =>
    scoped(scope).deleteFrom("members").where("id", "=", id),
  ),
  policy: prepared(({ scope, id }: ById) =>
    scoped(scope).deleteFrom("policies").where("id", "=", id),
  ),
  webhook: prepared(({ scope, id }: ById) =>
    scoped(scope).deleteFrom("webhooks").where("id", "=", id),
  ),
  key: prepared(({ scope, id }: ById) => scoped(scope).deleteFrom("keys").where("id", "=", id)),
} as const;
const deleteSecrets = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("key_secrets").where("key_id", "=", id),
);
const deleteKeyRoles = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("key_roles").where("key_id", "=", id),
);
const deleteUses = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("key_uses").where("key_id", "=", id),
);
const deleteUseNetworks = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("key_use_networks").where("key_id", "=", id),
);
const deleteNeeds = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("key_needs").where("key_id", "=", id),
);

const deleteNotices = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("notices").where("key_id", "=", id),
);

const deleteSessions = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("sessions").where("member_id", "=", id),
);
const deleteProviderGrant = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("provider_grants").where("member_id", "=", id),
);
const deleteSignInLink = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("sign_in_links").where("member_id", "=", id),
);

/** What a change has become, and which credentials it ends. */
export interface Recorded {
  readonly committed: CommittedChange;
  readonly ends: readonly CredentialEnd[];
}

/**
 * @throws OperationError `prefix_taken`, `name_taken`, `external_id_taken`, `in_use` (of a delete): nothing was written.
 * After any other error the transaction may hold a part of the change, and must not be committed.
 */
export function* recordChange(
  scope: TenantScope,
  change: Change,
  facts: AuditFacts,
): Query<Recorded> {
  assertOwn(scope, change);
  const head = yield* find(selectHead({ scope }));
  assert.ok(head !== undefined || change.entity === "workspace", "a workspace begins with itself");
  const rev = (head?.last_rev ?? 0) + 1;
  const previousHash = head === undefined ? CHAIN_START : hexFromBytes(head.audit_head);
  const event = linkEvent(previousHash, {
    id: facts.id,
    at: facts.at,
    actor: facts.actor,
    action: facts.action,
    requestId: facts.requestId,
    // As it will be read back: what JSON leaves out must not be under the hash.
    detail: JSON.parse(JSON.stringify(facts.detail)) as AuditFacts["detail"],
    workspaceId: scope,
    rev,
    entity: change.entity,
    targetId: change.id,
  });
  const ends = yield* endsOf(scope, change, facts);
  const subject = yield* subjectOf(scope, change);
  yield* writeEntity(scope, change, event);
  yield* run(
    insertChange({
      workspace_id: scope,
      rev,
      entity: change.entity,
      entity_id: change.id,
      payload: changePayload(change),
      ...subject,
    }),
  );
  yield* run(insertAuditEvent(auditEventToRow(event)));
  yield* announce(scope, {
    id: event.id,
    type: event.action,
    at: event.at,
    data: {
      id: event.targetId,
      rev,
      actor: { type: event.actor.type, id: event.actor.id },
      ...event.detail,
    },
  });
  for (const end of ends) {
    yield* run(
      insertRevocation({
        workspace_id: scope,
        key_id: end.keyId,
        secret_id: end.secretId,
        end_kind: end.kind,
        ends_at: end.at,
      }),
    );
  }
  return { committed: { workspaceId: scope, rev, change }, ends };
}

/** Whose feed tells of the change. Asked before a deletion, after which nobody knows. */
function* subjectOf(
  scope: TenantScope,
  { entity, id, value }: Change,
): Query<{ readonly api_id: string | null; readonly environment: string | null }> {
  switch (entity) {
    case "key": {
      if (value !== null) return { api_id: value.apiId, environment: value.environment };
      return (yield* find(selectKeySubject({ scope, id }))) ?? NO_SUBJECT;
    }
    case "role": {
      const api_id = value?.apiId ?? (yield* find(selectRoleApi({ scope, id })))?.api_id ?? null;
      return { api_id, environment: null };
    }
    case "client": {
      const before = yield* findClientBefore(scope, id);
      const after = value?.resources.map(({ apiId }) => apiId) ?? [];
      const environment = value?.environment ?? before?.environment ?? null;
      return { api_id: (before?.api_ids ?? "") + spaced(after), environment };
    }
    case "signing_key": {
      const known = value?.environment ?? (yield* find(selectSigner({ scope, id })))?.environment;
      return { api_id: null, environment: known ?? null };
    }
    case "token":
      return { api_id: value.apiId, environment: value.environment };
    default:
      return NO_SUBJECT;
  }
}

const NO_SUBJECT = { api_id: null, environment: null } as const;

/** No scope writes into another, whatever the value says (T03). */
function assertOwn(scope: TenantScope, { entity, id, value }: Change): void {
  if (entity === "workspace") assert.equal(id, scope, "a workspace changes itself");
  if (value === null) return;
  assert.equal(value.id, id, "a change names what it changes");
  if ("workspaceId" in value) assert.equal(value.workspaceId, scope, "a change stays in its scope");
}

function* writeEntity(scope: TenantScope, change: Change, event: AuditEvent): Query<void> {
  try {
    if (change.value === null) yield* attempt(deleteEntity(scope, change));
    else if (NAMED.has(change.entity)) yield* attempt(putEntity(scope, change, event));
    else yield* putEntity(scope, change, event);
  } catch (error) {
    throw toFailure(error);
  }
  if (change.entity !== "workspace") {
    const hash = Buffer.from(event.hash, "hex");
    assert.equal(yield* run(updateHead({ scope, rev: event.rev, hash })), 1);
  }
}

function toFailure(error: unknown): unknown {
  const code = error instanceof ConstraintError ? TAKEN[error.constraint] : undefined;
  return code === undefined ? error : new OperationError(code, { cause: error });
}

function* putEntity(scope: TenantScope, change: Change, event: AuditEvent): Query<void> {
  const { rev } = event;
  switch (change.entity) {
    case "workspace":
      return yield* putWorkspace(change.value, event);
    case "api":
      if (change.value !== null) yield* run(upsertApi(apiToRow(change.value, rev)));
      return;
    case "role":
      if (change.value !== null) yield* run(upsertRole(roleToRow(change.value, rev)));
      return;
    case "plan":
      if (change.value !== null) yield* run(upsertPlan(planToRow(change.value, rev)));
      return;
    case "owner":
      if (change.value !== null) yield* putOwner(scope, change.value, rev);
      return;
    case "key":
      if (change.value !== null) yield* putKey(scope, change.value, rev);
      return;
    case "member":
      if (change.value !== null) yield* putMember(scope, change.value, rev);
      return;
    case "revocation":
      return yield* putRevocation(change.value, rev);
    case "policy":
      if (change.value !== null) yield* putPolicy(change.value, rev);
      return;
    case "webhook":
      if (change.value !== null) yield* run(upsertWebhook(webhookToRow(change.value, rev)));
      return;
    case "client":
      if (change.value !== null) yield* putClient(scope, change.value, rev);
      return;
    case "signing_key":
      if (change.value !== null) yield* run(upsertSigningKey(signingKeyToRow(change.value, rev)));
      return;
    case "token":
      yield* putToken(change.value);
      return;
  }
}

function* putWorkspace(value: Workspace, { rev, hash }: AuditEvent): Query<void> {
  const audit_head = Buffer.from(hash, "hex");
  yield* run(upsertWorkspace({ ...workspaceToRow(value, rev), last_rev: rev, audit_head }));
}

function* putOwner(scope: TenantScope, value: Owner, rev: number): Query<void> {
  const { id, externalId } = value;
  const before = yield* find(selectExternalId({ scope, id }));
  yield* run(upsertOwner(ownerToRow(value, rev)));
  if (before === undefined || before.external_id === externalId) return;
  const after = yield* find(selectExternalId({ scope, id }));
  yield* run(updateOwnerSearch({ scope, id, search: after?.search ?? "" }));
}

/** Whoever is disabled is out at once, and in by no link that lies about. */
function* putMember(scope: TenantScope, value: Member, rev: number): Query<void> {
  yield* run(upsertMember(memberToRow(value, rev)));
  if (value.disabled) yield* endMember(scope, value.id);
}

function* endMember(scope: TenantScope, id: string): Query<void> {
  yield* run(deleteSessions({ scope, id }));
  yield* run(deleteSignInLink({ scope, id }));
}

/** Secrets and roles are few, so they are written anew. */
function* putKey(scope: TenantScope, value: Key, rev: number): Query<void> {
  const { id } = value;
  const owner = yield* find(selectExternalId({ scope, id: value.ownerId }));
  yield* run(upsertKey({ ...keyToRow(value, rev), owner_search: owner?.search ?? "" }));
  yield* run(deleteSecrets({ scope, id }));
  yield* run(deleteKeyRoles({ scope, id }));
  for (const [position, secret] of value.secrets.entries()) {
    yield* run(insertSecret(secretToRow(value, secret, position)));
  }
  for (const [position, roleId] of value.roleIds.entries()) {
    const row = { workspace_id: scope, key_id: id, position, role_id: roleId };
    yield* run(insertKeyRole(row));
  }
}

function* deleteEntity(scope: TenantScope, change: Change): Query<void> {
  const { id, entity } = change;
  assert.ok(entity !== "workspace" && entity !== "token", "nobody deletes it");
  assert.ok(entity !== "revocation", "it is not deleted");
  if (entity === "client") {
    yield* run(deleteUses({ scope, id }));
    yield* deleteApisOfClient(scope, id);
  }
  if (entity === "member") {
    yield* endMember(scope, id);
    yield* run(deleteProviderGrant({ scope, id }));
  }
  if (entity === "webhook") yield* endWebhook(scope, id);
  if (entity === "key") {
    yield* run(deleteNotices({ scope, id }));
    yield* run(deleteUses({ scope, id }));
    yield* run(deleteUseNetworks({ scope, id }));
    yield* run(deleteNeeds({ scope, id }));
    yield* run(deleteKeyRoles({ scope, id }));
    yield* run(deleteSecrets({ scope, id }));
  }
  if (entity === "key" || entity === "client" || entity === "owner" || entity === "api") {
    yield* deleteUnitsOf(scope, id);
  }
  try {
    assert.equal(yield* run(deleteById[entity]({ scope, id })), 1, "what is deleted was there");
  } catch (error) {
    const isHeld = error instanceof ConstraintError && error.kind === "foreign_key";
    throw isHeld ? new OperationError("in_use", { cause: error }) : error;
  }
}

function* endsOf(
  scope: TenantScope,
  change: Change,
  facts: AuditFacts,
): Query<readonly CredentialEnd[]> {
  switch (change.entity) {
    case "key":
      return yield* keyEnds(scope, change, facts);
    case "client": {
      const before = yield* findClientBefore(scope, change.id);
      return clientEnds(before, change.id, change.value, facts.at);
    }
    default:
      return [];
  }
}

function* keyEnds(
  scope: TenantScope,
  change: Extract<Change, { entity: "key" }>,
  facts: AuditFacts,
): Query<readonly CredentialEnd[]> {
  const { id } = change;
  const row = yield* find(selectKeyBefore({ scope, id }));
  if (row === undefined) return [];
  if (row.state === "revoked" && change.value !== null) {
    assert.equal(change.value.state, "revoked", "no change leads out of revoked (K2, T15)");
  }
  const before: KeyBefore = {
    state: row.state,
    expiresAt: row.expires_at,
    secrets: yield* all(selectSecretsBefore({ scope, id })),
  };
  return credentialEnds(before, change, facts.at);
}
