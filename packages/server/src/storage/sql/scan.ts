import type { Change, CommittedChange } from "@keyward/core/feed/change";
import { tenantScope } from "../storage.ts";
import type { TenantScope } from "../storage.ts";
import {
  ACCESS_TOKEN_COLUMNS,
  API_COLUMNS,
  CLIENT_COLUMNS,
  KEY_COLUMNS,
  KEY_ROLE_COLUMNS,
  KEY_SECRET_COLUMNS,
  OWNER_COLUMNS,
  PLAN_COLUMNS,
  ROLE_COLUMNS,
  SIGNING_KEY_COLUMNS,
  WORKSPACE_COLUMNS,
} from "./columns.ts";
import {
  apiFromRow,
  keyFromRow,
  ownerFromRow,
  planFromRow,
  roleFromRow,
  workspaceFromRow,
} from "./rows.ts";
import type { KeyRow } from "./rows.ts";
import type { KeyRolesTable, KeySecretsTable } from "./schema.ts";
import { clientFromRow, signingKeyFromRow, tokenFromRow } from "./oauth-rows.ts";
import { all, emit, fetch, open, openArrays } from "./query.ts";
import type { Cursor, Query, Scan } from "./query.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";
import type { Statement } from "./statement.ts";

const CHANGES_PER_BATCH = 1_000;

interface OfWorkspace {
  scope: TenantScope;
}

const selectApis = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("apis").select(API_COLUMNS),
);
const selectRoles = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("roles").select(ROLE_COLUMNS),
);
const selectPlans = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("plans").select(PLAN_COLUMNS),
);
const selectOwners = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("owners").select(OWNER_COLUMNS),
);
const selectSigningKeys = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("signing_keys").select(SIGNING_KEY_COLUMNS),
);
const selectClients = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("clients").select(CLIENT_COLUMNS),
);
const selectTokens = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("access_tokens").select(ACCESS_TOKEN_COLUMNS),
);
const selectKeys = prepared(({ scope }: OfWorkspace) =>
  scoped(scope).selectFrom("keys").select(KEY_COLUMNS).orderBy("id"),
);
const selectSecrets = prepared(({ scope }: OfWorkspace) =>
  scoped(scope)
    .selectFrom("key_secrets")
    .select(KEY_SECRET_COLUMNS)
    .orderBy("key_id")
    .orderBy("position"),
);
const selectKeyRoles = prepared(({ scope }: OfWorkspace) =>
  scoped(scope)
    .selectFrom("key_roles")
    .select(KEY_ROLE_COLUMNS)
    .orderBy("key_id")
    .orderBy("position"),
);

/** Everything that a verifier needs, of one workspace after another. */
export function* scanAll(): Scan<readonly CommittedChange[]> {
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of yield* all(statement(workspaces))) {
    const workspace = workspaceFromRow(row);
    const { id: workspaceId } = workspace;
    const change = { entity: "workspace", id: workspaceId, value: workspace } as const;
    // Of what was deleted last there is nothing else that says so.
    yield* emit([{ workspaceId, rev: row.last_rev, change }]);
    yield* scanWorkspace(tenantScope(workspaceId));
  }
}

function* scanWorkspace(scope: TenantScope): Scan<readonly CommittedChange[]> {
  yield* scanTable(scope, selectApis, (row) => {
    const value = apiFromRow(row);
    return { entity: "api", id: value.id, value };
  });
  yield* scanTable(scope, selectRoles, (row) => {
    const value = roleFromRow(row);
    return { entity: "role", id: value.id, value };
  });
  yield* scanTable(scope, selectPlans, (row) => {
    const value = planFromRow(row);
    return { entity: "plan", id: value.id, value };
  });
  yield* scanTable(scope, selectOwners, (row) => {
    const value = ownerFromRow(row);
    return { entity: "owner", id: value.id, value };
  });
  yield* scanTable(scope, selectSigningKeys, (row) => {
    const value = signingKeyFromRow(row);
    return { entity: "signing_key", id: value.id, value };
  });
  yield* scanTable(scope, selectClients, (row) => {
    const value = clientFromRow(row);
    return { entity: "client", id: value.id, value };
  });
  yield* scanTable(scope, selectTokens, (row) => {
    const value = tokenFromRow(row);
    return { entity: "token", id: value.id, value };
  });
  yield* scanKeys(scope);
}

/** Tokens have no rev of their own, and come with the first. */
function* scanTable<Row extends object>(
  scope: TenantScope,
  select: (of: OfWorkspace) => Statement<Row>,
  toChange: (row: Row) => Change,
): Scan<readonly CommittedChange[]> {
  const cursor = yield* open(select({ scope }));
  for (;;) {
    const rows = yield* fetch(cursor, CHANGES_PER_BATCH);
    yield* emit(
      rows.map((row) => ({
        workspaceId: scope,
        rev: "rev" in row && typeof row.rev === "number" ? row.rev : 1,
        change: toChange(row),
      })),
    );
    if (rows.length < CHANGES_PER_BATCH) return;
  }
}

/** Keys, secrets and roles are all in the order of the keys, and are walked side by side. */
function* scanKeys(scope: TenantScope): Scan<readonly CommittedChange[]> {
  const secrets = new Groups(yield* openArrays<SecretValues>(selectSecrets({ scope })), secretRow);
  const roles = new Groups(yield* openArrays<KeyRoleValues>(selectKeyRoles({ scope })), keyRoleRow);
  const cursor = yield* openArrays<KeyValues>(selectKeys({ scope }));
  for (;;) {
    const keys = yield* fetch(cursor, CHANGES_PER_BATCH);
    const batch: CommittedChange[] = [];
    for (const values of keys) {
      const row = keyRow(values);
      const ofKey = secrets.known(row.id) ?? (yield* secrets.fetched(row.id));
      const rolesOfKey = roles.known(row.id) ?? (yield* roles.fetched(row.id));
      const value = keyFromRow(row, ofKey, rolesOfKey);
      batch.push({
        workspaceId: scope,
        rev: row.rev,
        change: { entity: "key", id: value.id, value },
      });
    }
    yield* emit(batch);
    if (keys.length < CHANGES_PER_BATCH) return;
  }
}

/** The rows of one key after another. Asked in the order of the rows, it never looks back. */
class Groups<Values, Row extends { key_id: string }> {
  readonly #cursor: Cursor<Values>;
  readonly #toRow: (values: Values) => Row;
  #rows: readonly Row[] = [];
  #position = 0;
  #ended = false;

  constructor(cursor: Cursor<Values>, toRow: (values: Values) => Row) {
    this.#cursor = cursor;
    this.#toRow = toRow;
  }

  /** Those of the key, when the last of them is here beyond doubt. */
  known(keyId: string): readonly Row[] | undefined {
    const begin = this.#position;
    let end = begin;
    while (this.#rows[end]?.key_id === keyId) end += 1;
    if (end === this.#rows.length && !this.#ended) return undefined;
    this.#position = end;
    return this.#rows.slice(begin, end);
  }

  /** The same, after fetching what it takes. */
  *fetched(keyId: string): Query<readonly Row[]> {
    for (;;) {
      const values = yield* fetch(this.#cursor, CHANGES_PER_BATCH);
      this.#ended = values.length < CHANGES_PER_BATCH;
      this.#rows = [...this.#rows.slice(this.#position), ...values.map(this.#toRow)];
      this.#position = 0;
      const known = this.known(keyId);
      if (known !== undefined) return known;
    }
  }
}

/** The values of some columns of a row, in the order of the columns. */
type Tuple<Row, Columns extends readonly (keyof Row)[]> = {
  readonly [Index in keyof Columns]: Row[Columns[Index]];
};

type KeyValues = Tuple<KeyRow, typeof KEY_COLUMNS>;
type SecretValues = Tuple<KeySecretsTable, typeof KEY_SECRET_COLUMNS>;
type KeyRoleValues = Tuple<KeyRolesTable, typeof KEY_ROLE_COLUMNS>;

// Written out, because an object of one fixed shape is made several times faster than one from a list of names.

function keyRow(values: KeyValues): KeyRow {
  return {
    workspace_id: values[0],
    id: values[1],
    api_id: values[2],
    owner_id: values[3],
    name: values[4],
    kind: values[5],
    environment: values[6],
    state: values[7],
    scopes: values[8],
    restrictions: values[9],
    plan_id: values[10],
    limits: values[11],
    metadata: values[12],
    expires_at: values[13],
    revoked_at: values[14],
    revoked_reason: values[15],
    created_at: values[16],
    updated_at: values[17],
    rev: values[18],
    pending: values[19],
  };
}

function secretRow(values: SecretValues): KeySecretsTable {
  return {
    workspace_id: values[0],
    key_id: values[1],
    position: values[2],
    id: values[3],
    digest: values[4],
    hint: values[5],
    not_before: values[6],
    expires_at: values[7],
    created_at: values[8],
  };
}

function keyRoleRow(values: KeyRoleValues): KeyRolesTable {
  return { workspace_id: values[0], key_id: values[1], position: values[2], role_id: values[3] };
}
