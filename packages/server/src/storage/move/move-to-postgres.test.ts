import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { CommittedChange } from "@keyward/core/feed/change";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { openPostgresStorage } from "../postgres/open-postgres-storage.ts";
import { openSqliteStorage } from "../sqlite/open-sqlite-storage.ts";
import type { Storage } from "../storage.ts";
import { startPostgres } from "../testing/postgres-server.ts";
import type { PostgresServer } from "../testing/postgres-server.ts";
import { keyOf, put, putTenant, revoked, sampleRole } from "../testing/sample.ts";
import { withDirectory } from "../testing/temporary-directory.ts";
import { sampleBatch } from "../testing/usage-isolation.ts";
import { moveToPostgres } from "./move-to-postgres.ts";

const TOOLS = { clock: systemClock, random: systemRandom };

let server: PostgresServer;
before(async () => {
  server = await startPostgres({ careless: true });
});
after(() => server.stop());

async function everything(storage: Storage): Promise<readonly CommittedChange[]> {
  const all: CommittedChange[] = [];
  for await (const changes of storage.system.scan()) all.push(...changes);
  return all.toSorted((one, other) => (one.change.id < other.change.id ? -1 : 1));
}

/** Two tenants with keys, one of them revoked, a role, units and usage. */
async function fill(storage: Storage): Promise<void> {
  for (let tenants = 0; tenants < 2; tenants++) {
    const tenant = await putTenant(storage);
    const { scope, workspace, api } = tenant;
    const role = sampleRole(api);
    await put(storage, scope, role);
    const key = keyOf(tenant, { name: "naïve \u0000 🔑", roleIds: [role.id] });
    await put(storage, scope, key);
    await put(storage, scope, revoked(key));
    await put(storage, scope, keyOf(tenant));
    const [secret] = key.secrets;
    assert.ok(secret !== undefined);
    const batch = sampleBatch({ keyId: key.id, secretId: secret.id });
    await storage.usage.count(scope, null, batch, systemClock.now());
    const demand = {
      counter: `${key.id}|quota|monthly`,
      periodStartMs: 0,
      capacity: 10,
      wanted: 3,
    };
    await storage.units.take([{ ...demand, workspaceId: workspace.id }]);
  }
}

test("an installation is moved whole: every record, its epoch and its audit chains, and goes on from there", async () => {
  await withDirectory(async (directory) => {
    const url = await server.createDatabase();
    const before = await openSqliteStorage({ directory, ...TOOLS });
    await fill(before);
    const records = await everything(before);
    const epoch = await before.system.epoch();
    await before.close();
    const { rows } = await moveToPostgres({ directory, url, ...TOOLS });
    assert.ok(rows > 40, `${rows} rows`);
    const after = await openPostgresStorage({ url, ...TOOLS });
    try {
      assert.deepEqual(await everything(after), records);
      assert.equal(await after.system.epoch(), epoch);
      await putTenant(after);
    } finally {
      await after.close();
    }
    await assert.rejects(moveToPostgres({ directory, url, ...TOOLS }), {
      reason: "database_exists",
    });
  });
});

test("F05: a directory on which Keyward runs is not moved", async () => {
  await withDirectory(async (directory) => {
    const url = await server.createDatabase();
    const storage = await openSqliteStorage({ directory, ...TOOLS });
    try {
      await assert.rejects(moveToPostgres({ directory, url, ...TOOLS }), { exitCode: 75 });
    } finally {
      await storage.close();
    }
  });
});
