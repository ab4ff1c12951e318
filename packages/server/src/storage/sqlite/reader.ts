import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { SecretId } from "@keyward/core/id";
import type { Key } from "@keyward/core/model/records";
import type { KeyFilter, Page, PageRequest, Reader, TenantScope, Versioned } from "../storage.ts";
import { auditEventsMatching } from "./audit-query.ts";
import {
  API_COLUMNS,
  KEY_COLUMNS,
  KEY_ROLE_COLUMNS,
  KEY_SECRET_COLUMNS,
  KEY_USE_COLUMNS,
  OWNER_COLUMNS,
  REPLY_COLUMNS,
  ROLE_COLUMNS,
  WORKSPACE_COLUMNS,
} from "./columns.ts";
import { createClientReader } from "./oauth-reader.ts";
import type { Connection } from "./connection.ts";
import { countKeys } from "./count-keys.ts";
import { drivingFilter, isIndexed, keySearch, keysMatching } from "./key-query.ts";
import { createPlanReader } from "./plan-reader.ts";
import { createEventsReader } from "./events.ts";
import { createPeopleReader } from "./people.ts";
import { createRevocationReader } from "./revocation-jobs.ts";
import {
  apiFromRow,
  auditEventFromRow,
  foldAscii,
  keyFromRow,
  lastUseFromRow,
  ownerFromRow,
  replyFromRow,
  roleFromRow,
  workspaceFromRow,
} from "./rows.ts";
import type { KeyRow } from "./rows.ts";
import type { KeyRolesTable, KeySecretsTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { AFTER_EVERY_ID, collectSlices, rowsOfSlice, searchSlices } from "./search-slices.ts";
import { prepared, statement } from "./statement.ts";
import { dayOf } from "./usage/count-cells.ts";
import { networksOf } from "./usage/count-uses.ts";

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
  scoped(scope)
    .selectFrom("apis")
    .select(API_COLUMNS)
    .where(sql<SqlBool>`id in (select value from json_each(${ids}))`),
);
const selectRolesById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("roles")
    .select(ROLE_COLUMNS)
    .where(sql<SqlBool>`id in (select value from json_each(${ids}))`),
);
const selectOwnersById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("owners")
    .select(OWNER_COLUMNS)
    .where(sql<SqlBool>`id in (select value from json_each(${ids}))`),
);
const selectKeysById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("keys")
    .select(KEY_COLUMNS)
    .where(sql<SqlBool>`id in (select value from json_each(${ids}))`)
    .orderBy("id", "desc"),
);
const selectReply = prepared((of: { scope: TenantScope; keyDigest: Uint8Array; now: number }) =>
  scoped(of.scope)
    .selectFrom("replies")
    .select(REPLY_COLUMNS)
    .where("key_digest", "=", of.keyDigest)
    .where("expires_at", ">", of.now),
);

const selectSecretsOfKeys = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("key_secrets")
    .select(KEY_SECRET_COLUMNS)
    .where(sql<SqlBool>`key_id in (select value from json_each(${ids}))`)
    .orderBy("key_id")
    .orderBy("position"),
);
const selectRolesOfKeys = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("key_roles")
    .select(KEY_ROLE_COLUMNS)
    .where(sql<SqlBool>`key_id in (select value from json_each(${ids}))`)
    .orderBy("key_id")
    .orderBy("position"),
);
const selectUsesOfKeys = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("key_uses")
    .select(KEY_USE_COLUMNS)
    .where(sql<SqlBool>`key_id in (select value from json_each(${ids}))`)
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

/** Answers from one connection; whether it sees a transaction from within is the connection's matter. */
export function createReader(connection: Connection): Reader {
  function versioned<Row extends { rev: number }, Value>(
    row: Row | undefined,
    fromRow: (row: Row) => Value,
  ): Versioned<Value> | undefined {
    return row === undefined ? undefined : { value: fromRow(row), rev: row.rev };
  }

  /** Takes one row more than fits, which tells whether there are more. */
  function pageOf<Row extends { rev: number }, Value>(
    rows: readonly Row[],
    page: PageRequest,
    fromRow: (row: Row) => Value,
  ): Page<Value> {
    const items = rows.slice(0, page.limit).map((row) => ({ value: fromRow(row), rev: row.rev }));
    return { items, more: rows.length > page.limit };
  }

  /** One synchronous step, so that no commit comes between a key and its secrets. */
  function keysFromRows(scope: TenantScope, rows: readonly KeyRow[]): (row: KeyRow) => Key {
    const ids = JSON.stringify(rows.map((row) => row.id));
    const secrets = Map.groupBy(
      connection.all<KeySecretsTable>(selectSecretsOfKeys({ scope, ids })),
      (secret) => secret.key_id,
    );
    const roles = Map.groupBy(
      connection.all<KeyRolesTable>(selectRolesOfKeys({ scope, ids })),
      (role) => role.key_id,
    );
    return (row) => keyFromRow(row, secrets.get(row.id) ?? [], roles.get(row.id) ?? []);
  }

  /** The ids of the newest matches, one more than fits. */
  function searchKeys(
    scope: TenantScope,
    filter: KeyFilter,
    page: PageRequest,
    part: string,
  ): Promise<readonly string[]> {
    return searchSlices(connection, scope, "keys", page, (slice, limit) => {
      // Looks at the index keys_by_search alone: the rows themselves are ten times as long.
      const candidates = rowsOfSlice(scope, "keys", slice)
        .select("id")
        .where(
          sql<SqlBool>`(instr(search, ${part}) > 0 or instr(owner_search, ${part}) > 0 or instr(id, ${part}) > 0)`,
        );
      const query = keysMatching(scope, filter, { after: null, drive: false })
        .select("id")
        .where("id", "in", candidates)
        .limit(limit);
      return connection.all(statement(query)).map((row) => row.id);
    });
  }

  /** Rows that an index brings and another filter may refuse, slice after slice; one more than fits. */
  function filterKeys(
    scope: TenantScope,
    filter: KeyFilter,
    driving: KeyFilter,
    page: PageRequest,
  ): Promise<readonly string[]> {
    return collectSlices(
      page,
      (before, skip) => {
        const rows = keysMatching(scope, driving, { after: before, drive: true });
        return connection.find(statement(rows.select("id").limit(1).offset(skip)))?.id;
      },
      (slice, limit) => {
        const query = keysMatching(scope, filter, {
          after: slice.before,
          drive: isIndexed(driving),
        })
          .select("id")
          .where("id", ">=", slice.from)
          .limit(limit);
        return connection.all(statement(query)).map((row) => row.id);
      },
    );
  }

  function keyPage(scope: TenantScope, rows: readonly KeyRow[], page: PageRequest): Page<Key> {
    return pageOf(rows, page, keysFromRows(scope, rows));
  }

  function keyPageOf(scope: TenantScope, ids: readonly string[], page: PageRequest): Page<Key> {
    const fitting = JSON.stringify(ids.slice(0, page.limit));
    const rows = connection.all(selectKeysById({ scope, ids: fitting }));
    return { ...keyPage(scope, rows, page), more: ids.length > page.limit };
  }

  return {
    ...createPlanReader(connection),
    ...createRevocationReader(connection),
    ...createClientReader(connection),

    async findWorkspace(scope) {
      return versioned(connection.find(selectWorkspace({ scope })), workspaceFromRow);
    },

    async findApi(scope, id) {
      return versioned(connection.find(selectApi({ scope, id })), apiFromRow);
    },

    async findApiByPrefix(scope, prefix) {
      return versioned(connection.find(selectApiByPrefix({ scope, prefix })), apiFromRow);
    },

    async listApis(scope, page) {
      const query = scoped(scope)
        .selectFrom("apis")
        .select(API_COLUMNS)
        .where("id", "<", page.after ?? AFTER_EVERY_ID)
        .orderBy("id", "desc")
        .limit(page.limit + 1);
      return pageOf(connection.all(statement(query)), page, apiFromRow);
    },

    async findRole(scope, id) {
      return versioned(connection.find(selectRole({ scope, id })), roleFromRow);
    },

    async findRoleByName(scope, apiId, name) {
      return versioned(connection.find(selectRoleByName({ scope, apiId, name })), roleFromRow);
    },

    async listRoles(scope, filter, page) {
      let query = scoped(scope)
        .selectFrom("roles")
        .select(ROLE_COLUMNS)
        .where("id", "<", page.after ?? AFTER_EVERY_ID)
        .orderBy("id", "desc")
        .limit(page.limit + 1);
      if (filter.apiId !== undefined) query = query.where("api_id", "=", filter.apiId);
      return pageOf(connection.all(statement(query)), page, roleFromRow);
    },

    async findOwner(scope, id) {
      return versioned(connection.find(selectOwner({ scope, id })), ownerFromRow);
    },

    async findOwnerByExternalId(scope, externalId) {
      return versioned(
        connection.find(selectOwnerByExternalId({ scope, externalId })),
        ownerFromRow,
      );
    },

    async listOwners(scope, filter, page) {
      const query = scoped(scope).selectFrom("owners").select(OWNER_COLUMNS).orderBy("id", "desc");
      if (filter.text === undefined) {
        const rows = query.where("id", "<", page.after ?? AFTER_EVERY_ID).limit(page.limit + 1);
        return pageOf(connection.all(statement(rows)), page, ownerFromRow);
      }
      const part = foldAscii(filter.text);
      const rows = await searchSlices(connection, scope, "owners", page, (slice, limit) => {
        const candidates = rowsOfSlice(scope, "owners", slice)
          .select("id")
          .where(sql<SqlBool>`(instr(search, ${part}) > 0 or instr(id, ${part}) > 0)`);
        return connection.all(statement(query.where("id", "in", candidates).limit(limit)));
      });
      return pageOf(rows, page, ownerFromRow);
    },

    async findApis(scope, ids) {
      const rows = connection.all(selectApisById({ scope, ids: JSON.stringify(ids) }));
      return rows.map((row) => ({ value: apiFromRow(row), rev: row.rev }));
    },

    async findRoles(scope, ids) {
      const rows = connection.all(selectRolesById({ scope, ids: JSON.stringify(ids) }));
      return rows.map((row) => ({ value: roleFromRow(row), rev: row.rev }));
    },

    async findOwners(scope, ids) {
      const rows = connection.all(selectOwnersById({ scope, ids: JSON.stringify(ids) }));
      return rows.map((row) => ({ value: ownerFromRow(row), rev: row.rev }));
    },

    async findKey(scope, id) {
      const row = connection.find(selectKey({ scope, id }));
      return row && { value: keysFromRows(scope, [row])(row), rev: row.rev };
    },

    async listKeys(scope, filter, page) {
      const search = filter.text === undefined ? undefined : keySearch(filter.text);
      if (search !== undefined && "part" in search) {
        const ids = await searchKeys(scope, filter, page, search.part);
        return keyPageOf(scope, ids, page);
      }
      const driving = search === undefined ? drivingFilter(filter) : undefined;
      if (driving !== undefined) {
        const ids = await filterKeys(scope, filter, driving, page);
        return keyPageOf(scope, ids, page);
      }
      const drive = search === undefined;
      let query = keysMatching(scope, filter, { after: page.after, drive })
        .select(KEY_COLUMNS)
        .limit(page.limit + 1);
      if (search !== undefined) query = query.where("id", "=", search.id);
      return keyPage(scope, connection.all(statement(query)), page);
    },

    async countKeys(scope, filter) {
      return await countKeys(connection, scope, filter);
    },

    async hasKeys(scope, of) {
      return connection.find(anyKeyOf(scope, of)) !== undefined;
    },

    async findLastUses(scope, keyIds) {
      const rows = connection.all(selectUsesOfKeys({ scope, ids: JSON.stringify(keyIds) }));
      return rows.map(lastUseFromRow);
    },

    async countNetworks(scope, keyId, since) {
      const rows = connection.all(selectNetworksOfKey({ scope, keyId, since: dayOf(since) }));
      const bySecret = Map.groupBy(rows, (row) => row.secret_id as SecretId);
      return new Map(
        [...bySecret].map(([secretId, days]) => [
          secretId,
          networksOf(days.map(({ networks }) => networks)).count,
        ]),
      );
    },

    async listAuditEvents(scope, filter, page) {
      const rows = connection.all(statement(auditEventsMatching(scope, filter, page)));
      return {
        items: rows.slice(0, page.limit).map(auditEventFromRow),
        more: rows.length > page.limit,
      };
    },

    ...createPeopleReader(connection),
    ...createEventsReader(connection),

    async findReply(scope, keyDigest, now) {
      const row = connection.find(selectReply({ scope, keyDigest, now }));
      return row && replyFromRow(row, now);
    },
  };
}
