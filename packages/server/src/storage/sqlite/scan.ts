import { setImmediate as nextTurn } from "node:timers/promises";
import type { CommittedChange } from "@keyward/core/feed/change";
import {
  API_COLUMNS,
  KEY_COLUMNS,
  KEY_ROLE_COLUMNS,
  KEY_SECRET_COLUMNS,
  OWNER_COLUMNS,
  ROLE_COLUMNS,
  WORKSPACE_COLUMNS,
} from "./columns.ts";
import type { Connection } from "./connection.ts";
import { apiFromRow, keyFromRow, ownerFromRow, roleFromRow, workspaceFromRow } from "./rows.ts";
import type { KeyRow, OwnerRow } from "./rows.ts";
import type {
  ApisTable,
  KeyRolesTable,
  KeySecretsTable,
  RolesTable,
  Schema,
  WorkspacesTable,
} from "./schema.ts";
import { builder, statement } from "./statement.ts";
import type { Statement } from "./statement.ts";

const CHANGES_PER_BATCH = 1_000;

/**
 * Reads everything that a verifier needs, of all workspaces, as of one moment. The connection is the scan's own: its
 * transaction is what keeps the moment.
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
  for (const row of tableRows<WorkspacesTable>(connection, "workspaces", WORKSPACE_COLUMNS)) {
    const value = workspaceFromRow(row);
    yield committed(value.id, row.rev, { entity: "workspace", id: value.id, value });
  }
  for (const row of tableRows<ApisTable>(connection, "apis", API_COLUMNS)) {
    const value = apiFromRow(row);
    yield committed(value.workspaceId, row.rev, { entity: "api", id: value.id, value });
  }
  for (const row of tableRows<RolesTable>(connection, "roles", ROLE_COLUMNS)) {
    const value = roleFromRow(row);
    yield committed(value.workspaceId, row.rev, { entity: "role", id: value.id, value });
  }
  for (const row of tableRows<OwnerRow>(connection, "owners", OWNER_COLUMNS)) {
    const value = ownerFromRow(row);
    yield committed(value.workspaceId, row.rev, { entity: "owner", id: value.id, value });
  }
  yield* keys(connection);
}

/** Walks the keys, their secrets and their roles side by side: all three are in the order of the keys. */
function* keys(connection: Connection): Generator<CommittedChange> {
  const secretsOf = groups(
    tableRows<KeySecretsTable>(connection, "key_secrets", KEY_SECRET_COLUMNS),
  );
  const rolesOf = groups(tableRows<KeyRolesTable>(connection, "key_roles", KEY_ROLE_COLUMNS));
  for (const row of tableRows<KeyRow>(connection, "keys", KEY_COLUMNS)) {
    const value = keyFromRow(row, secretsOf(row), rolesOf(row));
    yield committed(value.workspaceId, row.rev, { entity: "key", id: value.id, value });
  }
}

function committed(
  workspaceId: CommittedChange["workspaceId"],
  rev: number,
  change: CommittedChange["change"],
): CommittedChange {
  return { workspaceId, rev, change };
}

/** The columns that a table is walked in the order of. */
const ORDER = {
  workspaces: ["workspace_id"],
  apis: ["workspace_id", "id"],
  roles: ["workspace_id", "id"],
  owners: ["workspace_id", "id"],
  keys: ["workspace_id", "id"],
  key_secrets: ["workspace_id", "key_id", "position"],
  key_roles: ["workspace_id", "key_id", "position"],
} as const satisfies { readonly [Table in keyof Schema]?: readonly (keyof Schema[Table])[] };

/** The rows of a table of all workspaces, in the order of its primary key. */
function tableRows<Row>(
  connection: Connection,
  table: keyof typeof ORDER,
  columns: readonly (keyof Row & string)[],
): Generator<Row> {
  let query = builder.selectFrom(table as "keys").select(columns as readonly never[]);
  for (const column of ORDER[table]) query = query.orderBy(column as "id");
  return connection.iterate(statement(query) as Statement<unknown> as Statement<Row>);
}

interface OfKey {
  readonly workspace_id: string;
  readonly key_id: string;
}

/** Answers with the rows of one key after another. Asked in the order of the rows, it never looks back. */
function groups<Row extends OfKey>(
  rows: Iterator<Row>,
): (key: Pick<KeyRow, "workspace_id" | "id">) => readonly Row[] {
  let next = rows.next();
  return (key) => {
    const group: Row[] = [];
    while (next.done !== true && isOf(key, next.value)) {
      group.push(next.value);
      next = rows.next();
    }
    return group;
  };
}

function isOf(key: Pick<KeyRow, "workspace_id" | "id">, row: OfKey): boolean {
  return row.key_id === key.id && row.workspace_id === key.workspace_id;
}
