import type { TenantScope } from "../storage.ts";
import type { Schema } from "./schema.ts";
import { scoped } from "./scoped.ts";
import type { ScopedRow, TenantTable } from "./scoped.ts";
import { prepared } from "./statement.ts";
import type { Statement } from "./statement.ts";

type Column<Table extends TenantTable> = keyof Schema[Table] & string;

/** A row as a table keeps it, less what the database numbers itself. */
type Row<Table extends TenantTable> = Omit<Schema[Table], "seq">;

/** A statement that adds one row; compiled once. */
export function insertRow<Table extends TenantTable>(
  table: Table,
  columns: readonly Column<Table>[],
): (row: Row<Table>) => Statement<unknown> {
  return prepared((row: Row<Table>) => insertOf(table, columns, row));
}

/** A statement that adds one row, or writes over the one with the same primary key; compiled once. */
export function upsertRow<Table extends TenantTable>(
  table: Table,
  columns: readonly Column<Table>[],
  primaryKey: readonly string[] = ["workspace_id", "id"],
): (row: Row<Table>) => Statement<unknown> {
  const others = columns.filter((column) => !primaryKey.includes(column));
  return prepared((row: Row<Table>) =>
    insertOf(table, columns, row).onConflict((conflict) =>
      conflict
        .columns(primaryKey as never)
        .doUpdateSet(
          (expression) =>
            Object.fromEntries(
              others.map((column) => [column, expression.ref(`excluded.${column}` as never)]),
            ) as never,
        ),
    ),
  );
}

function insertOf<Table extends TenantTable>(
  table: Table,
  columns: readonly Column<Table>[],
  row: Row<Table>,
) {
  const { workspace_id, ...values } = Object.fromEntries(
    ["workspace_id", ...columns].map((column) => [column, row[column as keyof Row<Table>]]),
  );
  return scoped(workspace_id as unknown as TenantScope).insertInto(
    table,
    values as unknown as ScopedRow<Table>,
  );
}
