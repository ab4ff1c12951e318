// The schema is written once, for SQLite. What PostgreSQL is given is made of it, so that neither can fall behind.
import type { Migration } from "../../sqlite/migrations/migration.ts";
import { MIGRATIONS } from "../../sqlite/migrations/migrations.ts";

const IDENTITY = [
  "integer primary key autoincrement",
  "bigint generated always as identity primary key",
] as const;

/**
 * Where words do not suffice. PostgreSQL began with the schema of the eleventh step, so no data of before need rewriting.
 */
const OWN_WORDS: Readonly<Record<number, (sql: string) => string>> = {
  1: (sql) =>
    sql
      // An entry of an index holds 2,704 bytes, and a name with its hints may be longer.
      .replace(/^create index (?:owners|keys)_by_search on .*;$/gm, "")
      .replace(...IDENTITY),
  2: (sql) => sql.replaceAll(/^update changes set[^;]*;$/gm, ""),
  4: (sql) => sql.replace(/create table usage_cells \([^;]*;/, usageCells),
  5: (sql) => sql.replaceAll(/^update [^;]*;$/gm, ""),
  11: (sql) => sql.replaceAll(/^update [^;]*;$/gm, ""),
  21: (sql) => sql.replace(...IDENTITY),
};

/** Cells of minutes come and go within days: kept apart, their traces do not slow the sums over years. */
function usageCells(table: string): string {
  const parted = table.replace(/\)[^)]*;$/, ") partition by list (grain);");
  return `${parted}
create table usage_cells_minute partition of usage_cells for values in (60);
create table usage_cells_hour partition of usage_cells for values in (3600);
create table usage_cells_other partition of usage_cells default;`;
}

export const POSTGRES_MIGRATIONS: readonly Migration[] = MIGRATIONS.map((migration) => ({
  ...migration,
  sql: translated(migration),
}));

function translated({ version, name, sql }: Migration): string {
  const own = (OWN_WORDS[version] ?? ((text: string) => text))(sql);
  const text = own
    .replaceAll(/\)\s*strict(?:,\s*without rowid)?;/g, ");")
    .replaceAll(/\)\s*without rowid;/g, ");")
    .replaceAll(/^(\s*(?:alter table \w+ add column )?\w+) text\b/gm, '$1 text collate "C"')
    .replaceAll(/^(\s*(?:alter table \w+ add column )?\w+) integer\b/gm, "$1 bigint")
    .replaceAll(/^(\s*(?:alter table \w+ add column )?\w+) blob\b/gm, "$1 bytea");
  const foreign = /\b(?:json_\w+|strict|rowid|blob|autoincrement)\b/.exec(text)?.[0];
  if (foreign === undefined) return text;
  throw new Error(
    `migration ${version} (${name}) needs words of its own for PostgreSQL: ${foreign}`,
  );
}
