// Which keys a filter means, and by way of which index they are found.
import { sql } from "kysely";
import type { SelectQueryBuilder, SqlBool } from "kysely";
import { parseId } from "@keyward/core/id";
import type { KeyStatus } from "@keyward/core/model/key-state";
import type { Instant } from "@keyward/core/time";
import { digestToBytes } from "@keyward/core/key/digest";
import type { KeyFilter, TenantScope } from "../storage.ts";
import { byDialect, notByIndex } from "./dialect.ts";
import { foldAscii } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { scoped } from "./scoped.ts";

type KeyQuery = SelectQueryBuilder<Schema, "keys", object>;

/** The filters that are indexed, the most selective first. */
const DRIVERS = ["digest", "ownerId", "roleId", "apiId", "status", "environment"] as const;
type Driver = (typeof DRIVERS)[number];

/**
 * The keys that pass the filter, its text left out, newest first.
 *
 * SQLite keeps no statistics here, so the most selective filter is named: each of the others is written `+column`,
 * which SQLite may not use an index for. `drive` is false when the caller brings a better way in.
 */
export function keysMatching(
  scope: TenantScope,
  filter: KeyFilter,
  { after, drive }: { readonly after: string | null; readonly drive: boolean },
): KeyQuery {
  const driver = drive ? DRIVERS.find((name) => filter[name] !== undefined) : undefined;
  const column = (name: keyof Schema["keys"], by: Driver | undefined) => {
    const reference = `keys.${name}`;
    return by !== undefined && by === driver ? sql.ref(reference) : notByIndex(reference);
  };
  const equals = (name: keyof Schema["keys"], value: string, by?: Driver) =>
    sql<SqlBool>`${column(name, by)} = ${value}`;

  let query = scoped(scope).selectFrom("keys");
  if (filter.digest !== undefined) {
    const digest = digestToBytes(filter.digest);
    const keyIds = scoped(scope)
      .selectFrom("key_secrets")
      .select("key_secrets.key_id")
      .where("key_secrets.digest", "=", digest);
    query = query.where(sql<SqlBool>`${column("id", "digest")} in ${keyIds}`);
  }
  if (filter.ownerId !== undefined) {
    query = query.where(equals("owner_id", filter.ownerId, "ownerId"));
  }
  if (filter.roleId !== undefined) {
    const keyIds = scoped(scope)
      .selectFrom("key_roles")
      .select("key_roles.key_id")
      .where("key_roles.role_id", "=", filter.roleId);
    query = query.where(sql<SqlBool>`${column("id", "roleId")} in ${keyIds}`);
  }
  if (filter.apiId !== undefined) query = query.where(equals("api_id", filter.apiId, "apiId"));
  if (filter.environment !== undefined) {
    query = query.where(equals("environment", filter.environment, "environment"));
  }
  if (filter.kind !== undefined) query = query.where(equals("kind", filter.kind));
  if (filter.status !== undefined) {
    query = query.where(hasStatus(filter.status, filter.now, driver === "status"));
  }
  query = usedAsAsked(withinTimes(query, filter), scope, filter);
  if (filter.notRevoked)
    query = query.where(sql<SqlBool>`${notByIndex("keys.state")} <> 'revoked'`);
  if (filter.exceptKeyId !== undefined) {
    query = query.where(sql<SqlBool>`${notByIndex("keys.id")} <> ${filter.exceptKeyId}`);
  }
  if (filter.exceptApiId !== undefined) {
    query = query.where(sql<SqlBool>`${notByIndex("keys.api_id")} <> ${filter.exceptApiId}`);
  }
  if (after !== null) {
    // A range of ids draws SQLite to the primary key, and past the few that have expired.
    const id = driver === "status" ? notByIndex("keys.id") : sql.ref("keys.id");
    query = query.where(sql<SqlBool>`${id} < ${after}`);
  }
  return query.orderBy("keys.id", "desc");
}

function withinTimes(query: KeyQuery, { createdAfter, createdBefore }: KeyFilter): KeyQuery {
  let within = query;
  if (createdAfter !== undefined) within = within.where("keys.created_at", ">=", createdAfter);
  if (createdBefore !== undefined) within = within.where("keys.created_at", "<", createdBefore);
  return within;
}

function usedAsAsked(
  query: KeyQuery,
  scope: TenantScope,
  { lastUsedFrom, notUsedSince }: KeyFilter,
): KeyQuery {
  const uses = scoped(scope)
    .selectFrom("key_uses")
    .select("key_uses.key_id")
    .where(sql<SqlBool>`key_uses.key_id = keys.id`);
  let used = query;
  if (lastUsedFrom !== undefined) {
    used = used.where(sql<SqlBool>`exists ${uses.where("key_uses.network", "=", lastUsedFrom)}`);
  }
  if (notUsedSince !== undefined) {
    const since = uses.where("key_uses.last_used_at", ">=", notUsedSince);
    used = used.where(sql<SqlBool>`not exists ${since}`);
  }
  return used;
}

/** Filters that no index answers. */
const UNINDEXED = [
  "kind",
  "createdAfter",
  "createdBefore",
  "lastUsedFrom",
  "notUsedSince",
  "notRevoked",
  "exceptKeyId",
  "exceptApiId",
] as const;

/**
 * The filter that its index alone answers, when others stand beside it: then rows are looked at that do not pass, and how
 * many nobody knows. `undefined` when every row that the index brings passes.
 */
export function drivingFilter(filter: KeyFilter): KeyFilter | undefined {
  const names = [...DRIVERS, ...UNINDEXED] as const;
  const given = names.filter((name) => filter[name] !== undefined);
  const driver = DRIVERS.find((name) => filter[name] !== undefined);
  if (given.length === (driver === undefined ? 0 : 1)) return undefined;
  const { now } = filter;
  // Most keys are active and live: there the rows themselves, by id, are the straight way.
  if (driver === undefined || driver === "status" || driver === "environment") return { now };
  return { now, [driver]: filter[driver] };
}

/** Whether an index brings the keys of the filter. */
export function isIndexed(filter: KeyFilter): boolean {
  return DRIVERS.some((name) => filter[name] !== undefined);
}

/** SQLite keeps a truth value as a number in an index, and PostgreSQL does not. */
const isNotRevoked = byDialect({
  sqlite: sql`(${sql.ref("keys.state")} = 'revoked') = 0`,
  postgres: sql`(${sql.ref("keys.state")} = 'revoked') = false`,
});

/** The stored half of statusOf in core, with the clock's half beside it. */
function hasStatus(status: KeyStatus, now: Instant, byIndex: boolean) {
  const state = byIndex ? sql.ref("keys.state") : notByIndex("keys.state");
  const expiresAt = sql.ref("keys.expires_at");
  if (status === "revoked") return sql<SqlBool>`${state} = 'revoked'`;
  if (status === "expired") {
    // These words are those of the partial index keys_by_expiry.
    return sql<SqlBool>`(${expiresAt} is not null and ${sql.ref("keys.state")} <> 'revoked' and ${isNotRevoked} and ${expiresAt} <= ${now})`;
  }
  if (status === "pending") {
    return sql<SqlBool>`(${sql.ref("keys.pending")} = 1 and (${expiresAt} is null or ${expiresAt} > ${now}))`;
  }
  return sql<SqlBool>`(${state} = ${status} and ${sql.ref("keys.pending")} = 0 and (${expiresAt} is null or ${expiresAt} > ${now}))`;
}

/** What a search text asks for: one key by its id, or whatever holds the text. */
export type KeySearch = { readonly id: string } | { readonly part: string };

export function keySearch(text: string): KeySearch {
  const id = parseId("key", text.trim());
  return id === undefined ? { part: foldAscii(text) } : { id };
}
