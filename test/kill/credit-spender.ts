// The victim of credits.test.ts: spends the credits of one key until it is killed or there are none, and adds a byte to a
// file for each that was admitted.
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { limitedKey } from "../../packages/sdk/src/limiter/limiter.contract.ts";
import { LocalLimiter } from "../../packages/sdk/src/limiter/local-limiter.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import { putTenant } from "../../packages/server/src/storage/testing/sample.ts";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";

const LANES = 64;

const [directory, credits] = process.argv.slice(2);
if (directory === undefined) throw new Error("which directory?");
const spent = openSync(join(directory, "spent"), "a");
const storage = await openSqliteStorage({ directory, clock: systemClock, random: systemRandom });
const [known] = (await storage.system.listWorkspaces({ limit: 1, after: null })).items;
const workspaceId = known?.value.id ?? (await putTenant(storage)).workspace.id;
const limits = [{ name: "c", kind: "credits", limit: Number(credits) }];
const key = { ...limitedKey(limits), workspaceId };

const now = () => ({
  monotonicUs: Math.floor(performance.now() * 1_000),
  now: systemClock.now(),
});
const limiter = new LocalLimiter({
  store: storage.units,
  now,
  onStore: (error) => {
    throw error;
  },
});
await Promise.all(Array.from({ length: LANES }, spendAll));
process.exit(0);

async function spendAll(): Promise<void> {
  for (;;) {
    const network = undefined;
    const demand = { key, cost: 1, network, at: now(), hold: false, dryRun: false };
    const { refusal } = await limiter.charge(demand);
    if (refusal !== undefined) return;
    writeSync(spent, "1");
    // As requests come: not all in one turn.
    await new Promise(setImmediate);
  }
}
