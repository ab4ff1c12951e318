import { strict as assert } from "node:assert";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { renewEpoch } from "../sql/epoch.ts";
import { all, find, run } from "../sql/query.ts";
import type { Query } from "../sql/query.ts";
import { builder, statement, words } from "../sql/statement.ts";
import { StorageOpenError } from "../storage-open-error.ts";
import type { Connections } from "./connections.ts";
import { POSTGRES_MIGRATIONS } from "./migrations/translate.ts";
import type { Transaction } from "./transaction.ts";

/** The newest step that this release knows. */
const SCHEMA_VERSION = Math.max(...POSTGRES_MIGRATIONS.map(({ version }) => version));

/** "KWRD": nodes that start together migrate one after another. */
const LOCK = 0x4b575244;
/** Another node's step may take its time, and so may ours. */
const PATIENCE = "set local statement_timeout = 0; set local lock_timeout = 0";

/** What many nodes need beside the schema. None of it is anybody's data, and none of it is migrated or backed up. */
const NODE_TABLES = `
create table if not exists schema_migrations (
  version bigint not null primary key,
  name text not null,
  compatible bigint not null check (compatible in (0, 1)),
  applied_at bigint not null
);
-- One row for each transaction that wrote, by which its fate is found out when its answer was lost (F15).
create table if not exists commits (
  id uuid not null primary key,
  committed_at timestamptz not null default now()
);
create index if not exists commits_by_age on commits (committed_at);
-- Who does what only one node may do at a time.
create table if not exists duties (
  name text not null primary key,
  node text not null,
  until timestamptz not null
);
-- How far each node has come, and the verifiers that follow it: what a revocation waits for.
create table if not exists nodes (
  node text not null primary key,
  mark bigint not null,
  seen_at timestamptz not null,
  standing text not null
);
create sequence if not exists marks;`;

/** Tables whose rows are somebody's, and are not walled in yet. */
const selectOpenTables = words<{ name: string }>(`
  select c.relname as name from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
  where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relforcerowsecurity
  order by c.relname`);

const selectRole = words<{ name: string; bypasses: boolean }>(
  "select rolname as name, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user",
);

/**
 * Brings the schema to this release's version, each step in a transaction of its own.
 *
 * @throws StorageOpenError 78 when the schema is of a release to come, or when row-level security does not bind the role
 */
export async function migrate(
  connections: Connections,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<void> {
  await step(connections, async (transaction) => {
    const role = await transaction.drive(find(selectRole));
    if (role?.bypasses === true) {
      throw new StorageOpenError(
        78,
        `The role ${role.name} bypasses row-level security, which keeps workspaces apart. Connect as one that does not: create role keyward login password '…'; create database keyward owner keyward`,
      );
    }
    await transaction.execute(NODE_TABLES);
    checkSchema(await transaction.drive(all(selectApplied)));
  });
  for (const { version, name, compatible, sql } of POSTGRES_MIGRATIONS) {
    await step(connections, async (transaction) => {
      const applied = await transaction.drive(all(selectApplied));
      if (applied.some((each) => each.version === version)) return;
      await transaction.execute(sql);
      const row = { version, name, compatible: Number(compatible), applied_at: clock.now() };
      const insert = builder.insertInto("schema_migrations").values(row);
      await transaction.drive(run(statement(insert)));
    });
  }
  await step(connections, async (transaction) => {
    for (const { name } of await transaction.drive(all(selectOpenTables))) {
      await transaction.execute(wallOf(name));
    }
    await transaction.drive(beginEpoch(random));
  });
}

async function step(
  connections: Connections,
  action: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  await connections.write("*", async (transaction) => {
    await transaction.execute(`${PATIENCE}; select pg_advisory_xact_lock(${LOCK})`);
    await action(transaction);
  });
}

/**
 * The second wall between tenants (T03): forced, so that it binds the owner of the tables too. A transaction says whose
 * rows it is about; without a word it sees none.
 */
function wallOf(table: string): string {
  const own = `workspace_id = current_setting('keyward.tenant', true) or current_setting('keyward.tenant', true) = '*'`;
  return `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenant on ${table} using (${own}) with check (${own});`;
}

const selectApplied = statement(
  builder.selectFrom("schema_migrations").select(["version", "compatible"]).orderBy("version"),
);

function checkSchema(applied: readonly { version: number; compatible: number }[]): void {
  const unknown = applied.filter(({ version }) => version > SCHEMA_VERSION);
  const [first] = unknown;
  if (first === undefined || (unknown.length === 1 && first.compatible === 1)) return;
  const newest = Math.max(...unknown.map(({ version }) => version));
  throw new StorageOpenError(
    78,
    `The database has schema ${newest}; this release of Keyward knows ${SCHEMA_VERSION}. Run the release that wrote it, or a newer one`,
  );
}

function* beginEpoch(random: Random): Query<void> {
  const known = yield* all(
    statement(builder.selectFrom("meta").select("value").where("name", "=", "epoch")),
  );
  assert.ok(known.length <= 1, "a database has one epoch");
  if (known.length === 0) yield* renewEpoch(random);
}
