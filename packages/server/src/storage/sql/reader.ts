import { all, find } from "./query.ts";
import type { Queries } from "./query.ts";
import type { CredentialId, SecretId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { Reader, TenantScope } from "../storage.ts";
import { auditEventsMatching } from "./audit-query.ts";
import {
  API_COLUMNS,
  KEY_COLUMNS,
  KEY_USE_COLUMNS,
  OWNER_COLUMNS,
  REPLY_COLUMNS,
  ROLE_COLUMNS,
  WORKSPACE_COLUMNS,
} from "./columns.ts";
import { clientReader } from "./oauth-reader.ts";
import { countKeys } from "./count-keys.ts";
import { holdsText, isAmong } from "./dialect.ts";
import { keysFromRows, listKeys } from "./key-reader.ts";
import { planReader } from "./plan-reader.ts";
import { eventsReader } from "./events.ts";
import { peopleReader } from "./people.ts";
import { loginReader } from "./logins.ts";
import { policyReader } from "./policies.ts";
import { revocationReader } from "./revocation-jobs.ts";
import {
  apiFromRow,
  auditEventFromRow,
  foldAscii,
  lastUseFromRow,
  ownerFromRow,
  replyFromRow,
  roleFromRow,
  workspaceFromRow,
} from "./rows.ts";
import { scoped } from "./scoped.ts";
import { pageOf, versioned } from "./versioned.ts";
import { AFTER_EVERY_ID, rowsOfSlice, searchSlices } from "./search-slices.ts";
import { prepared, statement } from "./statement.ts";
import { dayOf } from "./usage/count-cells.ts";
import { networksOf } from "./usage/count-uses.ts";
import { needsReader } from "./usage/needs.ts";

interface ByIds {
  scope: TenantScope;
  /** JSON: a list of ids travels as one parameter, so that its length does not make another statement. */
  ids: string;
}

interface ById {
  scope: TenantScope;
  id: string;
}

const selectWorkspace = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("workspaces").select(WORKSPACE_COLUMNS),
);
const selectApi = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("apis").select(API_COLUMNS).where("id", "=", id),
);
const selectApiByPrefix = prepared(({ scope, prefix }: { scope: TenantScope; prefix: string }) =>
  scoped(scope).selectFrom("apis").select(API_COLUMNS).where("prefix", "=", prefix),
);
const selectRole = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("roles").select(ROLE_COLUMNS).where("id", "=", id),
);
const selectRoleByName = prepared((of: { scope: TenantScope; apiId: string; name: string }) =>
  scoped(of.scope)
    .selectFrom("roles")
    .select(ROLE_COLUMNS)
    .where("api_id", "=", of.apiId)
    .where("name", "=", of.name),
);
const selectOwner = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("owners").select(OWNER_COLUMNS).where("id", "=", id),
);
const selectOwnerByExternalId = prepared((of: { scope: TenantScope; externalId: string }) =>
  scoped(of.scope)
    .selectFrom("owners")
    .select(OWNER_COLUMNS)
    .where("external_id", "=", of.externalId),
);
const selectKey = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("keys").select(KEY_COLUMNS).where("id", "=", id),
);
const selectApisById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope).selectFrom("apis").select(API_COLUMNS).where(isAmong("id", ids)),
);
const selectRolesById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope).selectFrom("roles").select(ROLE_COLUMNS).where(isAmong("id", ids)),
);
const selectOwnersById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope).selectFrom("owners").select(OWNER_COLUMNS).where(isAmong("id", ids)),
);
const selectReply = prepared((of: { scope: TenantScope; keyDigest: Uint8Array; now: number }) =>
  scoped(of.scope)
    .selectFrom("replies")
    .select(REPLY_COLUMNS)
    .where("key_digest", "=", of.keyDigest)
    .where("expires_at", ">", of.now),
);

const selectUsesOfKeys = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("key_uses")
    .select(KEY_USE_COLUMNS)
    .where(isAmong("key_id", ids))
    .orderBy("key_id")
    .orderBy("secret_id"),
);

const selectNetworksOfKey = prepared((of: { scope: TenantScope; keyId: string; since: number }) =>
  scoped(of.scope)
    .selectFrom("key_use_networks")
    .select(["secret_id", "networks"])
    .where("key_id", "=", of.keyId)
    .where("day", ">=", of.since),
);

const selectNetworksOfKeys = prepared(
  (of: ByIds & { readonly from: number; readonly through: number }) =>
    scoped(of.scope)
      .selectFrom("key_use_networks")
      .select(["key_id", "networks"])
      .where(isAmong("key_id", of.ids))
      .where("day", ">=", of.from)
      .where("day", "<=", of.through),
);

const selectKeyOfApi = prepared((of: { scope: TenantScope; apiId: string }) =>
  scoped(of.scope).selectFrom("keys").select("id").where("api_id", "=", of.apiId).limit(1),
);
const selectKeyOfOwner = prepared((of: { scope: TenantScope; ownerId: string }) =>
  scoped(of.scope).selectFrom("keys").select("id").where("owner_id", "=", of.ownerId).limit(1),
);
const selectKeyOfRole = prepared((of: { scope: TenantScope; roleId: string }) =>
  scoped(of.scope)
    .selectFrom("key_roles")
    .select("key_id as id")
    .where("role_id", "=", of.roleId)
    .limit(1),
);

function anyKeyOf(scope: TenantScope, of: Parameters<Reader["hasKeys"]>[1]) {
  if ("apiId" in of) return selectKeyOfApi({ scope, apiId: of.apiId });
  if ("ownerId" in of) return selectKeyOfOwner({ scope, ownerId: of.ownerId });
  return selectKeyOfRole({ scope, roleId: of.roleId });
}

export const readerQueries: Queries<Reader> = {
  ...planReader,
  ...revocationReader,
  ...clientReader,
  ...policyReader,
  ...loginReader,
  ...needsReader,

  *findWorkspace(scope) {
    return versioned(yield* find(selectWorkspace({ scope })), workspaceFromRow);
  },

  *findApi(scope, id) {
    return versioned(yield* find(selectApi({ scope, id })), apiFromRow);
  },

  *findApiByPrefix(scope, prefix) {
    return versioned(yield* find(selectApiByPrefix({ scope, prefix })), apiFromRow);
  },

  *listApis(scope, page) {
    const query = scoped(scope)
      .selectFrom("apis")
      .select(API_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    return pageOf(yield* all(statement(query)), page, apiFromRow);
  },

  *findRole(scope, id) {
    return versioned(yield* find(selectRole({ scope, id })), roleFromRow);
  },

  *findRoleByName(scope, apiId, name) {
    return versioned(yield* find(selectRoleByName({ scope, apiId, name })), roleFromRow);
  },

  *listRoles(scope, filter, page) {
    let query = scoped(scope)
      .selectFrom("roles")
      .select(ROLE_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    if (filter.apiId !== undefined) query = query.where("api_id", "=", filter.apiId);
    return pageOf(yield* all(statement(query)), page, roleFromRow);
  },

  *findOwner(scope, id) {
    return versioned(yield* find(selectOwner({ scope, id })), ownerFromRow);
  },

  *findOwnerByExternalId(scope, externalId) {
    return versioned(yield* find(selectOwnerByExternalId({ scope, externalId })), ownerFromRow);
  },

  *listOwners(scope, filter, page) {
    const query = scoped(scope).selectFrom("owners").select(OWNER_COLUMNS).orderBy("id", "desc");
    if (filter.text === undefined) {
      const rows = query.where("id", "<", page.after ?? AFTER_EVERY_ID).limit(page.limit + 1);
      return pageOf(yield* all(statement(rows)), page, ownerFromRow);
    }
    const part = foldAscii(filter.text);
    const rows = yield* searchSlices(scope, "owners", page, function* (slice, limit) {
      const candidates = rowsOfSlice(scope, "owners", slice)
        .select("id")
        .where((row) => row.or([holdsText("search", part), holdsText("id", part)]));
      return yield* all(statement(query.where("id", "in", candidates).limit(limit)));
    });
    return pageOf(rows, page, ownerFromRow);
  },

  *findApis(scope, ids) {
    const rows = yield* all(selectApisById({ scope, ids: JSON.stringify(ids) }));
    return rows.map((row) => ({ value: apiFromRow(row), rev: row.rev }));
  },

  *findRoles(scope, ids) {
    const rows = yield* all(selectRolesById({ scope, ids: JSON.stringify(ids) }));
    return rows.map((row) => ({ value: roleFromRow(row), rev: row.rev }));
  },

  *findOwners(scope, ids) {
    const rows = yield* all(selectOwnersById({ scope, ids: JSON.stringify(ids) }));
    return rows.map((row) => ({ value: ownerFromRow(row), rev: row.rev }));
  },

  *findKey(scope, id) {
    const row = yield* find(selectKey({ scope, id }));
    return row && { value: (yield* keysFromRows(scope, [row]))(row), rev: row.rev };
  },

  *countKeys(scope, filter) {
    return yield* countKeys(scope, filter);
  },

  listKeys,

  *hasKeys(scope, of) {
    return (yield* find(anyKeyOf(scope, of))) !== undefined;
  },

  *findLastUses(scope, keyIds) {
    const rows = yield* all(selectUsesOfKeys({ scope, ids: JSON.stringify(keyIds) }));
    return rows.map(lastUseFromRow);
  },

  *countNetworks(scope, keyId, since) {
    const rows = yield* all(selectNetworksOfKey({ scope, keyId, since: dayOf(since) }));
    const bySecret = Map.groupBy(rows, (row) => row.secret_id as SecretId);
    return new Map(
      [...bySecret].map(([secretId, days]) => [
        secretId,
        networksOf(days.map(({ networks }) => networks)).count,
      ]),
    );
  },

  *countNetworksOf(scope, keyIds, { from, to }) {
    const days = { from: dayOf(from), through: dayOf(instant(Math.max(0, to - 1))) };
    const rows = yield* all(selectNetworksOfKeys({ scope, ids: JSON.stringify(keyIds), ...days }));
    const byKey = Map.groupBy(rows, (row) => row.key_id as CredentialId);
    return new Map(
      [...byKey].map(([keyId, days]) => [
        keyId,
        networksOf(days.map(({ networks }) => networks)).count,
      ]),
    );
  },

  *listAuditEvents(scope, filter, page) {
    const rows = yield* all(statement(auditEventsMatching(scope, filter, page)));
    return {
      items: rows.slice(0, page.limit).map(auditEventFromRow),
      more: rows.length > page.limit,
    };
  },

  ...peopleReader,
  ...eventsReader,

  *findReply(scope, keyDigest, now) {
    const row = yield* find(selectReply({ scope, keyDigest, now }));
    return row && replyFromRow(row, now);
  },
};
