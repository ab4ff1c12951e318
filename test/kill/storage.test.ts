// F01, K1: kills a process that writes, at random moments, and holds the database to what had been acknowledged.
// KEYWARD_TEST_KILLS says how many times.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { checkCopy } from "../../packages/server/src/storage/sqlite/backup.ts";
import { connectToFile } from "../../packages/server/src/storage/sqlite/connection.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import { readRevocationLog } from "../../packages/server/src/storage/sqlite/revocation-log.ts";
import { withDirectory } from "../../packages/server/src/storage/testing/temporary-directory.ts";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { readLedger } from "./ledger.ts";
import type { Acknowledged } from "./ledger.ts";

const KILLS = Number(process.env["KEYWARD_TEST_KILLS"] ?? 200);
const LANES = 3;
const DELAY_MS_MAX = 300;
const COMPILE_CACHE = join(tmpdir(), "keyward-test-compile-cache");
const VICTIM = fileURLToPath(new URL("storage-writer.ts", import.meta.url));

test(`F01, K1: after each of ${KILLS} kills at a random moment, all that was acknowledged is there, and nothing half done`, async (t) => {
  const rounds = Math.ceil(KILLS / LANES);
  const counts = await Promise.all(
    Array.from({ length: LANES }, () => withDirectory((directory) => killAgain(directory, rounds))),
  );
  const acknowledged = counts.reduce((sum, count) => sum + count, 0);
  assert.ok(acknowledged > KILLS, "the victims were at work");
  t.diagnostic(`${rounds * LANES} kills, ${acknowledged} acknowledged writes`);
});

/** One directory, which grows from kill to kill. Answers with the number of acknowledged writes. */
async function killAgain(directory: string, rounds: number): Promise<number> {
  const last = new Map<string, Acknowledged>();
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    const ledger = readLedger(await runVictim(directory));
    for (const line of ledger) last.set(line.keyId, line);
    count += ledger.length;
    checkLog(join(directory, "revocations.log"), ledger);
    await reopen(directory);
    checkDatabase(join(directory, "keyward.db"), last);
  }
  return count;
}

/** Answers with what the victim has printed until it was killed. */
async function runVictim(directory: string): Promise<string> {
  const flags = ["--conditions=@keyward/source", VICTIM, directory];
  // Compiled once for all of them: most of a victim's life would go into starting it.
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE };
  const victim = spawn(process.execPath, flags, { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let complaints = "";
  victim.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    victim.on("close", (_, signal) => resolve(signal));
  });
  const started = new Promise<void>((resolve) => {
    victim.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      resolve();
    });
  });
  await Promise.race([started, ended]);
  await Promise.race([sleep(randomInt(DELAY_MS_MAX)), ended]);
  victim.kill("SIGKILL");
  assert.equal(await ended, "SIGKILL", complaints);
  return printed;
}

/** Before anything has repaired it: acknowledged means logged (K10). */
function checkLog(path: string, ledger: readonly Acknowledged[]): void {
  const logged = new Set(
    readRevocationLog(path)
      .ends.filter(({ secretId }) => secretId === null)
      .map(({ keyId }): string => keyId),
  );
  for (const { keyId, state } of ledger) {
    if (state === "revoked") assert.ok(logged.has(keyId), `${keyId} is not in the log`);
  }
}

/** As an operator would: without a manual step, and soon. */
async function reopen(directory: string): Promise<void> {
  const started = performance.now();
  const storage = await openSqliteStorage({
    directory,
    clock: systemClock,
    random: systemRandom,
  });
  assert.ok(performance.now() - started < 3_000, "it opens within three seconds");
  await storage.close();
}

function checkDatabase(path: string, last: ReadonlyMap<string, Acknowledged>): void {
  // Every page and every link of the audit chain.
  checkCopy(path, connectToFile);
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = (sql: string) => database.prepare(sql).all();
  try {
    const states = new Map(rows("select id, state, rev from keys").map((row) => [row["id"], row]));
    for (const { keyId, rev, state } of last.values()) {
      const row = states.get(keyId);
      // Later writes may have been under way, and may be there; earlier states may not.
      if (row === undefined) assert.notEqual(state, "active", `${keyId} of rev ${rev} is missing`);
      else if (row["rev"] === rev) assert.equal(row["state"], state);
      else
        assert.ok(Number(row["rev"]) > rev && state !== "deleted", `${keyId} is older than ${rev}`);
      if (state === "revoked") assert.notEqual(row?.["state"], "active");
    }
    assert.deepEqual(rows(HALF_DONE), []);
  } finally {
    database.close();
  }
}

/** Whatever stands where its other half is missing. */
const HALF_DONE = `
  select 'change without audit event' as fault, c.rev from changes c
    left join audit_events a using (workspace_id, rev)
    where a.rev is null or a.target_id <> c.entity_id or a.entity <> c.entity
  union all select 'audit event without change', a.rev from audit_events a
    left join changes c using (workspace_id, rev) where c.rev is null
  union all select 'key without secret', k.rev from keys k
    where not exists (select 1 from key_secrets s where s.workspace_id = k.workspace_id and s.key_id = k.id)
  union all select 'secret without key', s.position from key_secrets s
    where not exists (select 1 from keys k where k.workspace_id = s.workspace_id and k.id = s.key_id)
  union all select 'key that is not its last change', k.rev from keys k
    join (select workspace_id, entity_id, max(rev) as rev from changes where entity = 'key' group by 1, 2) c
      on c.workspace_id = k.workspace_id and c.entity_id = k.id
    join changes last on last.workspace_id = c.workspace_id and last.rev = c.rev
    where k.rev <> c.rev or last.payload is null or last.payload ->> 'state' <> k.state
      or json_array_length(last.payload, '$.secrets') <>
        (select count(*) from key_secrets s where s.workspace_id = k.workspace_id and s.key_id = k.id)
  union all select 'key without change', k.rev from keys k
    left join changes c on c.workspace_id = k.workspace_id and c.rev = k.rev
    where c.entity_id is not k.id
  union all select 'gap before the head', w.last_rev from workspaces w
    where w.last_rev <> (select count(*) from changes c where c.workspace_id = w.workspace_id)
`;
