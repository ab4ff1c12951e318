import type { Clock } from "../../runtime/clock.ts";
import type { Connection } from "./connection.ts";
import type { Migration } from "./migrations/migration.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import { builder, statement } from "../sql/statement.ts";
import { StorageOpenError } from "../storage-open-error.ts";

/** The newest step that this release knows. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

const CREATE_TABLE = `
create table if not exists schema_migrations (
  version integer not null primary key,
  name text not null,
  compatible integer not null check (compatible in (0, 1)),
  applied_at integer not null
) strict`;

interface AppliedMigration {
  readonly version: number;
  readonly compatible: number;
}

/**
 * Refuses a schema that this release cannot work on. It can work on an older one, after migrating it, and on one that
 * is a single step newer when that step says so.
 *
 * @throws StorageOpenError 78
 */
export function checkSchema(connection: Connection): void {
  const unknown = appliedMigrations(connection).filter(({ version }) => version > SCHEMA_VERSION);
  const [first] = unknown;
  if (first === undefined || (unknown.length === 1 && first.compatible === 1)) return;
  const newest = Math.max(...unknown.map(({ version }) => version));
  throw new StorageOpenError(
    78,
    `The database has schema ${newest}; this release of Keyward knows ${SCHEMA_VERSION}. Run the release that wrote it, or a newer one`,
  );
}

/** Brings the schema to this release's version, each step in a transaction of its own. */
export function migrate(connection: Connection, clock: Clock): void {
  connection.execute(CREATE_TABLE);
  const applied = new Set(appliedMigrations(connection).map(({ version }) => version));
  for (const migration of MIGRATIONS) {
    if (!applied.has(migration.version)) apply(connection, migration, clock);
  }
}

function apply(connection: Connection, migration: Migration, clock: Clock): void {
  connection.execute("begin immediate");
  try {
    connection.execute(migration.sql);
    const row = {
      version: migration.version,
      name: migration.name,
      compatible: Number(migration.compatible),
      applied_at: clock.now(),
    };
    connection.run(statement(builder.insertInto("schema_migrations").values(row)));
    connection.execute("commit");
  } catch (error) {
    if (connection.inTransaction) connection.execute("rollback");
    throw error;
  }
}

function appliedMigrations(connection: Connection): readonly AppliedMigration[] {
  const query = builder
    .selectFrom("schema_migrations")
    .select(["version", "compatible"])
    .orderBy("version");
  return connection.all(statement(query));
}
