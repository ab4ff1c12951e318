// T03: the two walls between tenants, each without the other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "pg";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { startPostgres } from "../testing/postgres-server.ts";
import type { PostgresServer } from "../testing/postgres-server.ts";
import { checkIsolation } from "../testing/isolation.ts";
import { putTenant } from "../testing/sample.ts";
import { openPostgresStorage } from "./open-postgres-storage.ts";
import type { Rewrite } from "./transaction.ts";

const PREDICATE = /"\w+"\."workspace_id" = (\$\d+)/g;

let server: PostgresServer;
before(async () => {
  server = await startPostgres({ careless: true });
});
after(() => server.stop());

async function check(rewrite: Rewrite, unwall = false): Promise<void> {
  const url = await server.createDatabase();
  const storage = await openPostgresStorage({
    url,
    clock: systemClock,
    random: systemRandom,
    rewrite,
  });
  try {
    if (unwall) await takeWallAway(url);
    await checkIsolation({ storage });
  } finally {
    await storage.close();
  }
}

async function takeWallAway(url: string): Promise<void> {
  const database = new URL(url).pathname.slice(1);
  const tables = await server.query(
    "select relname from pg_class where relforcerowsecurity",
    database,
  );
  assert.ok(tables.length > 20, `${tables.length} tables are walled in`);
  for (const { relname } of tables) {
    await server.query(`alter table ${String(relname)} disable row level security`, database);
  }
}

/** What is done for all workspaces alike has nothing but its predicates, and is the operator's. */
const withoutPredicates: Rewrite = (sql, tenant) =>
  tenant === "*" ? sql : sql.replaceAll(PREDICATE, "cast($1 as text) is not null");

test("T03: without any predicate of a tenant, row-level security alone keeps workspaces apart", async () => {
  await check(withoutPredicates);
});

test("T03: without row-level security, the predicates alone keep workspaces apart", async () => {
  await check((sql) => sql, true);
});

test("T03: without either, the isolation check fails: it is not blind", async () => {
  await assert.rejects(check(withoutPredicates, true));
});

test("T03: a connection that names no workspace sees no row of anybody", async () => {
  const url = await server.createDatabase();
  const storage = await openPostgresStorage({ url, clock: systemClock, random: systemRandom });
  await putTenant(storage);
  await storage.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const table of ["workspaces", "keys", "owners", "audit_events", "changes"]) {
      const { rowCount } = await client.query(`select 1 from ${table}`);
      assert.equal(rowCount, 0, table);
    }
  } finally {
    await client.end();
  }
});

test("a role that row-level security does not bind is refused, and told what to do", async () => {
  const url = new URL(await server.createDatabase());
  await server.query("alter role keyward bypassrls");
  try {
    await assert.rejects(
      openPostgresStorage({ url: url.href, clock: systemClock, random: systemRandom }),
      { exitCode: 78, message: /bypasses row-level security.*create role/s },
    );
  } finally {
    await server.query("alter role keyward nobypassrls");
  }
});
