// What SQLite has of tables, those that others refer to first.
import { words } from "../sql/statement.ts";
import type { Connection } from "../sqlite/connection.ts";

export interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** Whether the database numbers its rows. */
  readonly isNumbered: boolean;
  /** All columns of all rows, in the order of the key; for both databases. */
  readonly select: string;
}

const TYPES: Readonly<Record<string, string>> = { TEXT: "text", INTEGER: "bigint", BLOB: "bytea" };

/** What each database keeps for itself. */
const OWN = new Set(["schema_migrations"]);

export function tablesOf(source: Connection): readonly Table[] {
  const schema = source.all(
    words<{ name: string; sql: string }>(
      `select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`,
    ),
  );
  const left = new Map(
    schema
      .filter(({ name }) => !OWN.has(name))
      .map(({ name, sql }) => [name, tableOf(source, name, sql)]),
  );
  const ordered: Table[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(
      ({ name }) => !parentsOf(source, name).some((parent) => parent !== name && left.has(parent)),
    );
    if (ready.length === 0) throw new Error("tables refer to each other in a circle");
    for (const table of ready) left.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

function tableOf(source: Connection, name: string, sql: string): Table {
  const info = source.all(
    words<{ name: string; type: string; pk: number }>(`pragma table_info("${name}")`),
  );
  const columns = info.map((column) => {
    const type = TYPES[column.type.toUpperCase()];
    if (type === undefined) throw new Error(`${name}.${column.name} has a type of its own`);
    return { name: column.name, type };
  });
  const key = info
    .filter(({ pk }) => pk > 0)
    .toSorted((one, other) => one.pk - other.pk)
    .map((column) => column.name);
  const names = columns.map((column) => `"${column.name}"`).join(", ");
  const order = key.map((column) => `"${column}"`).join(", ");
  const isNumbered = /\bautoincrement\b/i.test(sql);
  return {
    name,
    columns,
    key,
    isNumbered,
    select: `select ${names} from "${name}" order by ${order}`,
  };
}

function parentsOf(source: Connection, name: string): readonly string[] {
  return source
    .all(words<{ table: string }>(`pragma foreign_key_list("${name}")`))
    .map(({ table }) => table);
}
