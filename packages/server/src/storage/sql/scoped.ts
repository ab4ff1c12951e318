// The one way to begin a statement on a tenant's table (T03). isolation.test.ts takes each predicate away in turn.
import { sql } from "kysely";
import type {
  DeleteQueryBuilder,
  DeleteResult,
  InsertObject,
  InsertQueryBuilder,
  InsertResult,
  SelectQueryBuilder,
  SqlBool,
  UpdateQueryBuilder,
  UpdateResult,
} from "kysely";
import type { TenantScope } from "../storage.ts";
import type { Schema } from "./schema.ts";
import { rowsOfNumbers } from "./dialect.ts";
import { builder } from "./statement.ts";

export type TenantTable = Exclude<keyof Schema, "meta" | "schema_migrations">;

type Select<Table extends TenantTable> = SelectQueryBuilder<Schema, Table, object>;
type Update<Table extends TenantTable> = UpdateQueryBuilder<Schema, Table, Table, UpdateResult>;
type Delete<Table extends TenantTable> = DeleteQueryBuilder<Schema, Table, DeleteResult>;
type Insert<Table extends TenantTable> = InsertQueryBuilder<Schema, Table, InsertResult>;

/** A row without its tenant: the scope says whose it is. */
export type ScopedRow<Table extends TenantTable> = Omit<
  InsertObject<Schema, Table>,
  "workspace_id"
>;

type NumberColumn = keyof ScopedRow<"usage_cells">;

/** Statements that see, change and add nothing outside the workspace. */
export interface Scoped {
  selectFrom<Table extends TenantTable>(table: Table): Select<Table>;
  updateTable<Table extends TenantTable>(table: Table): Update<Table>;
  deleteFrom<Table extends TenantTable>(table: Table): Delete<Table>;
  insertInto<Table extends TenantTable>(table: Table, row: ScopedRow<Table>): Insert<Table>;
  /** @param rows JSON: lists of numbers, in the order of the columns */
  insertNumbers<Table extends TenantTable>(
    table: Table,
    columns: readonly (keyof ScopedRow<Table>)[],
    rows: string,
  ): Insert<Table>;
}

export function scoped(scope: TenantScope): Scoped {
  const isOfTenant = (table: TenantTable) =>
    sql<SqlBool>`${sql.ref(`${table}.workspace_id`)} = ${scope}`;
  const statements = {
    selectFrom: (table: "keys") => builder.selectFrom(table).where(isOfTenant(table)),
    updateTable: (table: "keys") => builder.updateTable(table).where(isOfTenant(table)),
    deleteFrom: (table: "keys") => builder.deleteFrom(table).where(isOfTenant(table)),
    insertInto: (table: "keys", row: ScopedRow<"keys">) =>
      builder.insertInto(table).values({ ...row, workspace_id: scope }),
    insertNumbers: (table: "usage_cells", columns: readonly NumberColumn[], rows: string) =>
      builder
        .insertInto(table)
        .columns(["workspace_id", ...columns])
        .expression(rowsOfNumbers(rows, sql`${scope}`, columns.length)),
  };
  // Kysely cannot type a query on a table that is a type parameter. Written for one, it holds for all of them.
  return statements as unknown as Scoped;
}
