import { setImmediate as nextTurn } from "node:timers/promises";
import type { CommittedChange } from "@keyward/core/feed/change";
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
import type { Connection } from "./connection.ts";
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
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";

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

/**
 * Reads everything that a verifier needs, of one workspace after another, as of one moment. The connection is the
 * scan's own: its transaction is what keeps the moment.
 */
export async function* scanAll(connection: Connection): AsyncGenerator<readonly CommittedChange[]> {
  connection.execute("begin");
  let batch: CommittedChange[] = [];
  for (const change of everything(connection)) {
    batch.push(change);
    if (batch.length < CHANGES_PER_BATCH) continue;
    yield batch;
    batch = [];
    await nextTurn();
  }
  if (batch.length > 0) yield batch;
}

function* everything(connection: Connection): Generator<CommittedChange> {
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of connection.iterate(statement(workspaces))) {
    const workspace = workspaceFromRow(row);
    const { id: workspaceId } = workspace;
    const change = { entity: "workspace", id: workspaceId, value: workspace } as const;
    // Of what was deleted last there is nothing else that says so.
    yield { workspaceId, rev: row.last_rev, change };
    yield* everythingOf(connection, tenantScope(workspaceId));
  }
}

function* everythingOf(connection: Connection, scope: TenantScope): Generator<CommittedChange> {
  const workspaceId = scope;
  for (const row of connection.iterate(selectApis({ scope }))) {
    const value = apiFromRow(row);
    yield { workspaceId, rev: row.rev, change: { entity: "api", id: value.id, value } };
  }
  for (const row of connection.iterate(selectRoles({ scope }))) {
    const value = roleFromRow(row);
    yield { workspaceId, rev: row.rev, change: { entity: "role", id: value.id, value } };
  }
  for (const row of connection.iterate(selectPlans({ scope }))) {
    const value = planFromRow(row);
    yield { workspaceId, rev: row.rev, change: { entity: "plan", id: value.id, value } };
  }
  for (const row of connection.iterate(selectOwners({ scope }))) {
    const value = ownerFromRow(row);
    yield { workspaceId, rev: row.rev, change: { entity: "owner", id: value.id, value } };
  }
  for (const row of connection.iterate(selectSigningKeys({ scope }))) {
    const value = signingKeyFromRow(row);
    yield { workspaceId, rev: row.rev, change: { entity: "signing_key", id: value.id, value } };
  }
  for (const row of connection.iterate(selectClients({ scope }))) {
    const value = clientFromRow(row);
    yield { workspaceId, rev: row.rev, change: { entity: "client", id: value.id, value } };
  }
  for (const row of connection.iterate(selectTokens({ scope }))) {
    const value = tokenFromRow(row);
    yield { workspaceId, rev: 1, change: { entity: "token", id: value.id, value } };
  }
  // Keys, secrets and roles are all in the order of the keys, and are walked side by side.
  const secretsOf = groups(connection.iterateArrays(selectSecrets({ scope })), secretRow);
  const rolesOf = groups(connection.iterateArrays(selectKeyRoles({ scope })), keyRoleRow);
  for (const values of connection.iterateArrays(selectKeys({ scope }))) {
    const row = keyRow(values as Tuple<KeyRow, typeof KEY_COLUMNS>);
    const value = keyFromRow(row, secretsOf(row.id), rolesOf(row.id));
    yield { workspaceId, rev: row.rev, change: { entity: "key", id: value.id, value } };
  }
}

/** Answers with the rows of one key after another. Asked in the order of the rows, it never looks back. */
function groups<Row extends { key_id: string }>(
  rows: Iterator<readonly unknown[]>,
  toRow: (values: never) => Row,
): (keyId: string) => readonly Row[] {
  const next = () => {
    const step = rows.next();
    return step.done === true ? undefined : toRow(step.value as never);
  };
  let row = next();
  return (keyId) => {
    const group: Row[] = [];
    for (; row?.key_id === keyId; row = next()) group.push(row);
    return group;
  };
}

/** The values of some columns of a row, in the order of the columns. */
type Tuple<Row, Columns extends readonly (keyof Row)[]> = {
  readonly [Index in keyof Columns]: Row[Columns[Index]];
};

// Written out, because an object of one fixed shape is made several times faster than one from a list of names.

function keyRow(values: Tuple<KeyRow, typeof KEY_COLUMNS>): KeyRow {
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
  };
}

function secretRow(values: Tuple<KeySecretsTable, typeof KEY_SECRET_COLUMNS>): KeySecretsTable {
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

function keyRoleRow(values: Tuple<KeyRolesTable, typeof KEY_ROLE_COLUMNS>): KeyRolesTable {
  return { workspace_id: values[0], key_id: values[1], position: values[2], role_id: values[3] };
}
