// Keys with their secrets and roles, one by one and page by page.
import type { Key } from "@keyward/core/model/records";
import type { KeyFilter, Page, PageRequest, TenantScope } from "../storage.ts";
import { KEY_COLUMNS, KEY_ROLE_COLUMNS, KEY_SECRET_COLUMNS } from "./columns.ts";
import { holdsText, isAmong } from "./dialect.ts";
import { drivingFilter, isIndexed, keySearch, keysMatching } from "./key-query.ts";
import { all, find } from "./query.ts";
import type { Query } from "./query.ts";
import { keyFromRow } from "./rows.ts";
import type { KeyRow } from "./rows.ts";
import { scoped } from "./scoped.ts";
import { collectSlices, rowsOfSlice, searchSlices } from "./search-slices.ts";
import { prepared, statement } from "./statement.ts";
import { pageOf } from "./versioned.ts";

interface ByIds {
  scope: TenantScope;
  /** A list in JSON. */
  ids: string;
}

const selectKeysById = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("keys")
    .select(KEY_COLUMNS)
    .where(isAmong("id", ids))
    .orderBy("id", "desc"),
);
const selectSecretsOfKeys = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("key_secrets")
    .select(KEY_SECRET_COLUMNS)
    .where(isAmong("key_id", ids))
    .orderBy("key_id")
    .orderBy("position"),
);
const selectRolesOfKeys = prepared(({ scope, ids }: ByIds) =>
  scoped(scope)
    .selectFrom("key_roles")
    .select(KEY_ROLE_COLUMNS)
    .where(isAmong("key_id", ids))
    .orderBy("key_id")
    .orderBy("position"),
);

/** In one step, so that no commit comes between a key and its secrets. */
export function* keysFromRows(
  scope: TenantScope,
  rows: readonly KeyRow[],
): Query<(row: KeyRow) => Key> {
  const ids = JSON.stringify(rows.map((row) => row.id));
  const secrets = Map.groupBy(
    yield* all(selectSecretsOfKeys({ scope, ids })),
    (secret) => secret.key_id,
  );
  const roles = Map.groupBy(yield* all(selectRolesOfKeys({ scope, ids })), (role) => role.key_id);
  return (row) => keyFromRow(row, secrets.get(row.id) ?? [], roles.get(row.id) ?? []);
}

export function* listKeys(
  scope: TenantScope,
  filter: KeyFilter,
  page: PageRequest,
): Query<Page<Key>> {
  const search = filter.text === undefined ? undefined : keySearch(filter.text);
  if (search !== undefined && "part" in search) {
    return yield* keyPageOf(scope, yield* searchKeys(scope, filter, page, search.part), page);
  }
  const driving = search === undefined ? drivingFilter(filter) : undefined;
  if (driving !== undefined) {
    return yield* keyPageOf(scope, yield* filterKeys(scope, filter, driving, page), page);
  }
  const drive = search === undefined;
  let query = keysMatching(scope, filter, { after: page.after, drive })
    .select(KEY_COLUMNS)
    .limit(page.limit + 1);
  if (search !== undefined) query = query.where("id", "=", search.id);
  return yield* keyPage(scope, yield* all(statement(query)), page);
}

/** The ids of the newest matches, one more than fits. */
function searchKeys(
  scope: TenantScope,
  filter: KeyFilter,
  page: PageRequest,
  part: string,
): Query<readonly string[]> {
  return searchSlices(scope, "keys", page, function* (slice, limit) {
    // Looks at the index keys_by_search alone: the rows themselves are ten times as long.
    const candidates = rowsOfSlice(scope, "keys", slice)
      .select("id")
      .where((row) =>
        row.or([holdsText("search", part), holdsText("owner_search", part), holdsText("id", part)]),
      );
    const query = keysMatching(scope, filter, { after: null, drive: false })
      .select("id")
      .where("id", "in", candidates)
      .limit(limit);
    return (yield* all(statement(query))).map((row) => row.id);
  });
}

/** Rows that an index brings and another filter may refuse, slice after slice; one more than fits. */
function filterKeys(
  scope: TenantScope,
  filter: KeyFilter,
  driving: KeyFilter,
  page: PageRequest,
): Query<readonly string[]> {
  return collectSlices(
    page,
    function* (before, skip) {
      const rows = keysMatching(scope, driving, { after: before, drive: true });
      return (yield* find(statement(rows.select("id").limit(1).offset(skip))))?.id;
    },
    function* (slice, limit) {
      const query = keysMatching(scope, filter, { after: slice.before, drive: isIndexed(driving) })
        .select("id")
        .where("id", ">=", slice.from)
        .limit(limit);
      return (yield* all(statement(query))).map((row) => row.id);
    },
  );
}

function* keyPage(
  scope: TenantScope,
  rows: readonly KeyRow[],
  page: PageRequest,
): Query<Page<Key>> {
  return pageOf(rows, page, yield* keysFromRows(scope, rows));
}

function* keyPageOf(
  scope: TenantScope,
  ids: readonly string[],
  page: PageRequest,
): Query<Page<Key>> {
  const fitting = JSON.stringify(ids.slice(0, page.limit));
  const rows = yield* all(selectKeysById({ scope, ids: fitting }));
  return { ...(yield* keyPage(scope, rows, page)), more: ids.length > page.limit };
}
