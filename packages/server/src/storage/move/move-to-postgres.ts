// Moves an installation from SQLite to PostgreSQL: every row, in one transaction, and each compared before it is committed.
import { existsSync } from "node:fs";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { Connections } from "../postgres/connections.ts";
import { migrate as migratePostgres } from "../postgres/migrate.ts";
import type { Transaction } from "../postgres/transaction.ts";
import { words } from "../sql/statement.ts";
import type { Statement } from "../sql/statement.ts";
import { connectToFile, openWriter } from "../sqlite/connection.ts";
import type { Connection } from "../sqlite/connection.ts";
import { CopyRefused } from "../sqlite/copy-refused.ts";
import { dataDirectory } from "../sqlite/data-directory.ts";
import { checkFile } from "../sqlite/integrity.ts";
import { acquireLock } from "../sqlite/lock.ts";
import { migrate as migrateSqlite } from "../sqlite/migrate.ts";
import { tablesOf } from "./tables.ts";
import type { Table } from "./tables.ts";

const ROWS_PER_STEP = 500;

export interface MoveOptions {
  /** Where SQLite lies. No server may run on it meanwhile. */
  readonly directory: string;
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly onTable?: (moved: { readonly table: string; readonly rows: number }) => void;
}

export interface MoveSummary {
  readonly tables: number;
  /** Moved, and found equal. */
  readonly rows: number;
}

/**
 * Leaves the file as it is, but for its schema, which is brought to this release's. The epoch goes along: verifiers go on.
 *
 * @throws CopyRefused `no_database`; `database_exists` when there is somebody's data in PostgreSQL already
 * @throws StorageOpenError 75 while a server runs on the directory; 70 or 78 as the databases have it
 */
export async function moveToPostgres(options: MoveOptions): Promise<MoveSummary> {
  const { clock, random, url } = options;
  const { database, lock: lockFile } = dataDirectory(options.directory);
  if (!existsSync(database)) throw new CopyRefused("no_database", `there is no ${database}`);
  const lock = acquireLock(lockFile);
  const connections = new Connections({ connectionString: url });
  try {
    checkFile(database, connectToFile);
    const source = openWriter(database, connectToFile);
    try {
      migrateSqlite(source, clock);
      await migratePostgres(connections, { clock, random });
      return await connections.write("*", (target) => moveAll(source, target, options));
    } finally {
      source.close();
    }
  } finally {
    await connections.close();
    lock.release();
  }
}

async function moveAll(
  source: Connection,
  target: Transaction,
  { onTable }: MoveOptions,
): Promise<MoveSummary> {
  const known = await target.rows(words("select workspace_id from workspaces limit 1"));
  if (known.length > 0) {
    throw new CopyRefused("database_exists", "there are workspaces in that database already");
  }
  // What the schema came with is the other's to say: its epoch.
  await target.execute("delete from meta");
  const tables = tablesOf(source);
  let rows = 0;
  for (const table of tables) {
    await copyRows(source, target, table);
    const equal = await compareRows(source, target, table);
    onTable?.({ table: table.name, rows: equal });
    rows += equal;
  }
  return { tables: tables.length, rows };
}

async function copyRows(source: Connection, target: Transaction, table: Table): Promise<void> {
  const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
  const holes = table.columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(", ");
  const numbered = table.isNumbered ? "overriding system value " : "";
  const insert = `insert into "${table.name}" (${names}) ${numbered}select * from unnest(${holes})`;
  const cursor = source.open(words(table.select), true);
  for (;;) {
    const rows = source.fetch(cursor, ROWS_PER_STEP) as readonly (readonly unknown[])[];
    if (rows.length > 0) {
      const columns = table.columns.map((_, index) => rows.map((row) => row[index]));
      await target.rows(withParameters(insert, columns));
    }
    if (rows.length < ROWS_PER_STEP) break;
  }
  if (!table.isNumbered) return;
  const [key = ""] = table.key;
  await target.execute(
    `select setval(pg_get_serial_sequence('${table.name}', '${key}'), coalesce(max("${key}"), 1), max("${key}") is not null) from "${table.name}"`,
  );
}

/** Reads both in the order of their keys, side by side. @returns how many there are @throws Error at the first that differ */
async function compareRows(source: Connection, target: Transaction, table: Table): Promise<number> {
  const cursor = source.open(words(table.select), true);
  await target.execute(`declare moved no scroll cursor for ${table.select}`);
  let count = 0;
  for (;;) {
    const wanted = source.fetch(cursor, ROWS_PER_STEP) as readonly (readonly unknown[])[];
    const found = await target.rows<Record<string, unknown>>(
      words(`fetch ${ROWS_PER_STEP} from moved`),
    );
    for (const [index, row] of wanted.entries()) {
      const other = found[index];
      const isSame = table.columns.every(
        ({ name }, column) => plain(row[column]) === plain(other?.[name]),
      );
      if (!isSame)
        throw new Error(`row ${count + index + 1} of ${table.name} did not arrive as it is`);
    }
    if (found.length !== wanted.length) throw new Error(`${table.name} has rows that nobody sent`);
    count += wanted.length;
    if (wanted.length < ROWS_PER_STEP) break;
  }
  await target.execute("close moved");
  return count;
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString("hex")}` : value;
}

function withParameters(sql: string, parameters: readonly unknown[]): Statement<unknown> {
  return { in: () => ({ sql, parameters }) };
}
