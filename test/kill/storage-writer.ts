// The victim of storage.test.ts: writes to the storage of a directory until it is killed, and prints a line for each
// write that was acknowledged.
import { randomInt } from "node:crypto";
import { writeSync } from "node:fs";
import type { Key } from "@keyward/core/model/records";
import { tenantScope } from "../../packages/server/src/storage/storage.ts";
import type { Storage } from "../../packages/server/src/storage/storage.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import {
  keyOf,
  put,
  putTenant,
  revoked,
  sampleFacts,
  sampleSecret,
} from "../../packages/server/src/storage/testing/sample.ts";
import type { SampleTenant } from "../../packages/server/src/storage/testing/sample.ts";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import type { Acknowledged } from "./ledger.ts";

const WRITERS = 6;

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("which directory?");
const storage = await openSqliteStorage({
  directory,
  clock: systemClock,
  random: systemRandom,
});
const tenant = await findTenant(storage);
await Promise.all(Array.from({ length: WRITERS }, () => writeForever()));

/** At once, and in one piece: what has been printed was acknowledged, and what was acknowledged is printed. */
function print(line: Acknowledged): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function findTenant(storage: Storage): Promise<SampleTenant> {
  const [workspace] = (await storage.system.listWorkspaces({ limit: 1, after: null })).items;
  if (workspace === undefined) return putTenant(storage);
  const scope = tenantScope(workspace.value.id);
  const [api] = (await storage.reader.listApis(scope, { limit: 1, after: null })).items;
  const [owner] = (await storage.reader.listOwners(scope, {}, { limit: 1, after: null })).items;
  // A crash may have come between the three.
  if (api === undefined || owner === undefined) return putTenant(storage);
  return { scope, workspace: workspace.value, api: api.value, owner: owner.value };
}

async function writeForever(): Promise<never> {
  for (;;) {
    let key: Key = keyOf(tenant);
    print({ keyId: key.id, rev: await put(storage, tenant.scope, key), state: key.state });
    for (let rotations = randomInt(3); rotations > 0; rotations--) {
      key = withNewSecret(key);
      print({ keyId: key.id, rev: await put(storage, tenant.scope, key), state: key.state });
    }
    if (randomInt(2) === 0) continue;
    key = revoked(key);
    print({ keyId: key.id, rev: await put(storage, tenant.scope, key), state: key.state });
    if (randomInt(4) > 0) continue;
    const change = { entity: "key", id: key.id, value: null } as const;
    const rev = await storage.write((writer) =>
      writer.record(tenant.scope, change, sampleFacts("key.deleted")),
    );
    print({ keyId: key.id, rev, state: "deleted" });
  }
}

function withNewSecret(key: Key): Key {
  return { ...key, secrets: [sampleSecret(), ...key.secrets.slice(0, 1)] };
}
