// F01: a revocation of many keys goes on after `kill -9` and after a stop, and revokes each key once.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Revocation } from "@keyward/sdk/client/operations.generated";
import { checkCopy } from "../../packages/server/src/storage/sqlite/backup.ts";
import { connectToFile } from "../../packages/server/src/storage/sqlite/connection.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { tenantScope } from "../../packages/server/src/storage/storage.ts";
import { keyOf, sampleFacts } from "../../packages/server/src/storage/testing/sample.ts";
import { KeywardProcess } from "../gateways/processes.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const KEYS = 6_000;
/** As Keyward names them, and a caller may know. */
const OWNER = "cus_42";

test(`F01, K1: a revocation of ${KEYS} keys that is killed in the middle goes on by itself, and revokes each key once`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "keyward-revocation-"));
  const keyward = new KeywardProcess(folder, await freePort());
  t.after(async () => {
    await keyward.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await keyward.start();
  const scopes = { scopes: ["invoices:read"], audience: "https://api.acme.test" };
  await keyward.create("/v1/apis", { name: "Acme", prefix: "acme", ...scopes });
  await keyward.create("/v1/keys", { api: "acme", name: "first", owner: OWNER });
  await keyward.stop();
  await addKeys(folder, KEYS - 1);

  await keyward.start();
  const filter = { owner: OWNER };
  const body = { filter, expected_count: KEYS, reason: "leaked" };
  const { id } = (await keyward.create("/v1/revocations", body)) as unknown as Revocation;
  let kills = 0;
  for (let last = 0; kills < 2;) {
    const { status, revoked } = await keyward.read<Revocation>(`/v1/revocations/${id}`);
    assert.equal(status, "running", `it was over after ${kills} kills`);
    if (revoked === last) continue;
    last = revoked;
    await keyward.stop();
    kills += 1;
    await keyward.start();
  }
  let found = await keyward.read<Revocation>(`/v1/revocations/${id}`);
  while (found.status === "running") {
    await delay(50);
    found = await keyward.read<Revocation>(`/v1/revocations/${id}`);
  }
  assert.deepEqual([found.status, found.matched, found.revoked], ["finished", KEYS, KEYS]);
  await keyward.stop();
  checkDatabase(join(folder, "keyward.db"));
});

/** Straight into the storage: a thousand times faster than by requests. */
async function addKeys(directory: string, count: number): Promise<void> {
  const storage = await openSqliteStorage({ directory, clock: systemClock, random: systemRandom });
  const [workspace] = (await storage.system.listWorkspaces({ limit: 1, after: null })).items;
  assert.ok(workspace !== undefined);
  const scope = tenantScope(workspace.value.id);
  const api = await storage.reader.findApiByPrefix(scope, "acme");
  const owner = await storage.reader.findOwnerByExternalId(scope, OWNER);
  assert.ok(api !== undefined && owner !== undefined);
  const tenant = { scope, workspace: workspace.value, api: api.value, owner: owner.value };
  await storage.write(async (writer) => {
    for (let index = 0; index < count; index++) {
      const value = keyOf(tenant);
      await writer.record(
        scope,
        { entity: "key", id: value.id, value },
        sampleFacts("key.created"),
      );
    }
  });
  await storage.close();
}

function checkDatabase(path: string): void {
  checkCopy(path, connectToFile);
  const database = new DatabaseSync(path, { readOnly: true });
  const count = (sql: string) => Number(database.prepare(sql).get()?.["count"]);
  try {
    const ofOwner = `select count(*) as count from keys join owners o on o.id = owner_id where o.external_id = '${OWNER}'`;
    assert.equal(count(`${ofOwner} and state = 'revoked'`), KEYS);
    const events = "select count(*) as count from audit_events where action = 'key.revoked'";
    assert.equal(count(events), KEYS);
    assert.equal(count(events.replace("count(*)", "count(distinct target_id)")), KEYS);
    assert.equal(count("select count(*) as count from revocations"), KEYS);
  } finally {
    database.close();
  }
}
