import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { suite, test } from "node:test";
import type { Taken } from "@keyward/core/limit/units-counter";
import { instant } from "@keyward/core/time";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { Storage } from "../storage.ts";
import {
  keyOf,
  put,
  putTenant,
  revoked,
  SAMPLE_NOW,
  sampleFacts,
  sampleId,
  sampleSecret,
} from "../testing/sample.ts";
import type { SampleTenant } from "../testing/sample.ts";
import { withDirectory } from "../testing/temporary-directory.ts";
import { backupDatabase } from "./backup.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";
import { restoreDatabase } from "./restore.ts";
import type { RestoreOptions } from "./restore.ts";
import { readRevocationLog } from "./revocation-log.ts";

const PAGE = { limit: 250, after: null } as const;
const now = SAMPLE_NOW;

interface Paths {
  readonly directory: string;
  readonly backup: string;
  readonly parent: string;
}

function withPaths(use: (paths: Paths) => Promise<void>): Promise<void> {
  return withDirectory((parent) =>
    use({ parent, directory: join(parent, "data"), backup: join(parent, "backup.db") }),
  );
}

function open(directory: string): Promise<Storage> {
  return openSqliteStorage({ directory, clock: systemClock, random: systemRandom });
}

function restore(paths: Paths, options: Partial<RestoreOptions> = {}) {
  return restoreDatabase({
    fromFile: paths.backup,
    directory: paths.directory,
    clock: systemClock,
    random: systemRandom,
    ...options,
  });
}

async function statesOf(storage: Storage, { scope }: SampleTenant): Promise<readonly string[]> {
  const { items } = await storage.reader.listKeys(scope, { now }, PAGE);
  return items.map(({ value }) => value.state);
}

suite("F28: backup", () => {
  test("F28: a backup taken while keys are written is one moment of the ledger, whole and its owner's alone", () =>
    withPaths(async ({ directory, backup }) => {
      const storage = await open(directory);
      const tenant = await putTenant(storage);
      await storage.write(async (writer) => {
        for (let count = 0; count < 4_000; count++) {
          const key = keyOf(tenant, { metadata: { text: "x".repeat(500) } });
          const change = { entity: "key", id: key.id, value: key } as const;
          await writer.record(tenant.scope, change, sampleFacts("key.created"));
        }
      });
      const writing = new AbortController();
      let steps = 0;
      const writes = (async () => {
        let last = 0;
        while (!writing.signal.aborted) last = await put(storage, tenant.scope, keyOf(tenant));
        return last;
      })();
      const summary = await backupDatabase({
        directory,
        toFile: backup,
        onProgress: () => {
          steps += 1;
        },
      });
      writing.abort();
      const last = await writes;
      await storage.close();
      assert.ok(steps > 1);
      assert.ok(summary.auditEventCount >= 4_003 && summary.auditEventCount < last);
      assert.equal(statSync(backup).mode & 0o777, 0o600);
      assert.equal(statSync(backup).size, summary.bytes);
      const copy = new DatabaseSync(backup, { readOnly: true });
      const count = (table: string) =>
        copy.prepare(`select count(*) as count from ${table}`).get()?.["count"];
      assert.equal(count("changes"), summary.auditEventCount);
      assert.equal(count("keys"), summary.auditEventCount - 3);
      assert.equal(count("key_secrets"), summary.auditEventCount - 3);
      copy.close();
    }));

  test("a backup never writes over a file, and says when there is nothing to back up", () =>
    withPaths(async ({ directory, backup }) => {
      await assert.rejects(backupDatabase({ directory, toFile: backup }), {
        reason: "no_database",
      });
      await (await open(directory)).close();
      writeFileSync(backup, "mine");
      await assert.rejects(backupDatabase({ directory, toFile: backup }), {
        reason: "file_exists",
      });
      assert.equal(readFileSync(backup, "utf8"), "mine");
    }));

  test("T62: a backup of a database whose audit log was tampered with fails, and names the place", () =>
    withPaths(async ({ directory, backup }) => {
      const storage = await open(directory);
      const { workspace } = await putTenant(storage);
      await storage.close();
      const database = new DatabaseSync(join(directory, "keyward.db"));
      database.exec("update audit_events set actor_id = 'somebody else' where rev = 2");
      database.close();
      await assert.rejects(backupDatabase({ directory, toFile: backup }), {
        exitCode: 70,
        message: new RegExp(`audit log of ${workspace.id} is broken at rev 2 \\(hash\\)`),
      });
      assert.equal(existsSync(backup), false);
    }));
});

interface OfCredits {
  readonly counter: string;
  readonly wanted: number;
  readonly capacity: number;
}

async function takeCredits(storage: Storage, tenant: SampleTenant, of: OfCredits): Promise<Taken> {
  const demand = { workspaceId: tenant.workspace.id, periodStartMs: 0, ...of };
  const [taken] = await storage.units.take([demand]);
  assert.ok(taken !== undefined);
  return taken;
}

function giveBackCredits(
  storage: Storage,
  tenant: SampleTenant,
  of: { readonly counter: string; readonly units: number },
): Promise<void> {
  return storage.units.giveBack([{ workspaceId: tenant.workspace.id, periodStartMs: 0, ...of }]);
}

suite("F17, K10: restore", () => {
  test("K10: of a thousand keys revoked after the backup, all thousand are revoked after the restore, under a new epoch", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const keys = Array.from({ length: 1_000 }, () => keyOf(tenant));
      await Promise.all(keys.map((key) => put(storage, tenant.scope, key)));
      const spared = keyOf(tenant, { name: "spared" });
      await put(storage, tenant.scope, spared);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await Promise.all(keys.map((key) => put(storage, tenant.scope, revoked(key))));
      const epoch = await storage.system.epoch();
      await storage.close();

      const summary = await restore(paths, { overwrite: true });
      assert.equal(summary.endedKeyCount, 1_000);
      assert.notEqual(summary.epoch, epoch);
      assert.equal(existsSync(summary.replacedDatabase ?? ""), true);
      const restored = await open(paths.directory);
      assert.equal(await restored.system.epoch(), summary.epoch);
      for (const key of keys) {
        const found = await restored.reader.findKey(tenant.scope, key.id);
        assert.equal(found?.value.state, "revoked");
      }
      assert.deepEqual((await restored.reader.findKey(tenant.scope, spared.id))?.value, spared);
      const events = await restored.reader.listAuditEvents(tenant.scope, {}, PAGE);
      assert.equal(events.items[0]?.action, "workspace.restored");
      assert.equal(events.items[1]?.action, "key.revoked");
      await restored.close();
      await backupDatabase({ directory: paths.directory, toFile: `${paths.backup}.2` });
    }));

  test("K10: a secret that was rotated away and an expiry that was brought forward stay so", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const [gone, ending, staying] = [sampleSecret(), sampleSecret(), sampleSecret()];
      const rotated = keyOf(tenant, { secrets: [gone, ending, staying] });
      const shortened = keyOf(tenant, { expiresAt: instant(now + 1_000) });
      for (const key of [rotated, shortened]) await put(storage, tenant.scope, key);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      const expiresAt = instant(now + 10);
      const secrets = [{ ...ending, expiresAt }, staying, sampleSecret()];
      await put(storage, tenant.scope, { ...rotated, secrets });
      await put(storage, tenant.scope, { ...shortened, expiresAt });
      await storage.close();
      await restore(paths, { overwrite: true });
      const restored = await open(paths.directory);
      const found = await restored.reader.findKey(tenant.scope, rotated.id);
      assert.deepEqual(
        found?.value.secrets.map((secret) => secret.expiresAt),
        [SAMPLE_NOW, expiresAt, null],
      );
      const foundShortened = await restored.reader.findKey(tenant.scope, shortened.id);
      assert.equal(foundShortened?.value.expiresAt, expiresAt);
      await restored.close();
    }));

  test("K10: on a new machine the log that was kept elsewhere does the same, and is kept for the next restore", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const [first, second] = [keyOf(tenant), keyOf(tenant)];
      await put(storage, tenant.scope, first);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await put(storage, tenant.scope, second);
      const later = `${paths.backup}.later`;
      await backupDatabase({ directory: paths.directory, toFile: later });
      await put(storage, tenant.scope, revoked(first));
      await put(storage, tenant.scope, revoked(second));
      await storage.close();
      const moved = { ...paths, directory: join(paths.parent, "new machine") };
      await assert.rejects(restore(moved), { reason: "no_revocation_log" });
      const sinceLog = join(paths.directory, "revocations.log");
      await restore(moved, { sinceLog });
      const restored = await open(moved.directory);
      assert.deepEqual(await statesOf(restored, tenant), ["revoked"]);
      await restored.close();
      await restore({ ...moved, backup: later }, { overwrite: true });
      const again = await open(moved.directory);
      assert.deepEqual(await statesOf(again, tenant), ["revoked", "revoked"]);
      await again.close();
    }));

  test("K10: a log that does not reach as far as the backup is refused, and so is one with a hole or a strange line", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const keys = [keyOf(tenant), keyOf(tenant), keyOf(tenant)];
      for (const key of keys) await put(storage, tenant.scope, key);
      for (const key of keys) await put(storage, tenant.scope, revoked(key));
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await storage.close();
      const lines = readFileSync(join(paths.directory, "revocations.log"), "utf8").split("\n");
      const sinceLog = join(paths.parent, "log");
      const moved = { ...paths, directory: join(paths.parent, "new machine") };
      for (const [text, reason] of [
        [`${lines[0]}\n${lines[1]}\n${lines[2]}\n`, "revocation_log_too_old"],
        [`${lines[0]}\n${lines[1]}\n${lines[3]}\n`, "revocation_log_too_old"],
        [`${lines[0]}\n`, "revocation_log_too_old"],
        ["", "no_revocation_log"],
        [`${lines.join("\n")}nonsense\n`, "revocation_log_damaged"],
      ] as const) {
        writeFileSync(sinceLog, text);
        await assert.rejects(restore(moved, { sinceLog }), { reason });
      }
      assert.equal(existsSync(join(moved.directory, "keyward.db")), false);
    }));

  test("K10: the log that a new machine has made for itself is not taken for the log of the backup", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const key = keyOf(tenant);
      await put(storage, tenant.scope, key);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await put(storage, tenant.scope, revoked(key));
      await storage.close();
      const moved = { ...paths, directory: join(paths.parent, "new machine") };
      const started = await open(moved.directory);
      await started.close();
      await assert.rejects(restore(moved, { overwrite: true }), { reason: "no_revocation_log" });
      writeFileSync(join(moved.directory, "revocations.log"), "");
      await assert.rejects(restore(moved, { overwrite: true }), { reason: "no_revocation_log" });
      const sinceLog = join(paths.directory, "revocations.log");
      await restore(moved, { overwrite: true, sinceLog });
      const restored = await open(moved.directory);
      assert.deepEqual(await statesOf(restored, tenant), ["revoked"]);
      await restored.close();
    }));

  test("K10: a backup of what was restored a moment ago, and never started, has the log of its epoch", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      await put(storage, tenant.scope, revoked(keyOf(tenant)));
      await storage.close();
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      const { epoch } = await restore(paths, { overwrite: true });
      const log = readRevocationLog(join(paths.directory, "revocations.log"));
      assert.ok(log.epochs.has(epoch));
      const later = `${paths.backup}.later`;
      await backupDatabase({ directory: paths.directory, toFile: later });
      const again = await restore({ ...paths, backup: later }, { overwrite: true });
      assert.equal(again.endedKeyCount, 0);
    }));

  test("a database that is there, a directory in use and a damaged backup are each refused, and nothing is changed", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await put(storage, tenant.scope, keyOf(tenant));
      await assert.rejects(restore(paths, { overwrite: true }), { exitCode: 75 });
      await storage.close();
      await assert.rejects(restore(paths), { reason: "database_exists" });
      truncateSync(paths.backup, statSync(paths.backup).size - 4096);
      await assert.rejects(restore(paths, { overwrite: true }), { exitCode: 70 });
      const again = await open(paths.directory);
      assert.deepEqual(await statesOf(again, tenant), ["active"]);
      await again.close();
    }));

  test("going on without a log must be asked for, and the audit log says so", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const epoch = await storage.system.epoch();
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await storage.close();
      rmSync(paths.directory, { recursive: true });
      await restore(paths, { acceptResurrection: true });
      const restored = await open(paths.directory);
      const { items } = await restored.reader.listAuditEvents(tenant.scope, {}, PAGE);
      assert.deepEqual(items[0]?.detail, {
        former_epoch: epoch,
        revocation_log: false,
        spent_credits: 0,
      });
      await restored.close();
    }));
});

suite("K10: the revocation log", () => {
  test("K10: credits that were spent after the backup stay spent, and those of before are not spent twice", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const counter = (name: string) => `${keyOf(tenant).id}|credits|${name}`;
      const [known, late, idle] = [counter("known"), counter("late"), counter("idle")] as const;
      const take = (from: Storage, of: string, wanted: number, capacity = 500) =>
        takeCredits(from, tenant, { counter: of, wanted, capacity });
      await take(storage, known, 100);
      await take(storage, idle, 7);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await take(storage, known, 50);
      await take(storage, late, 30);
      await giveBackCredits(storage, tenant, { counter: late, units: 20 });
      await storage.close();

      const summary = await restore(paths, { overwrite: true });
      assert.equal(summary.spentCreditCount, 2);
      const restored = await open(paths.directory);
      assert.deepEqual(await take(restored, known, 0), { granted: 0, total: 150 });
      // What was given back may have been spent before the copy was lost: it is not known, so it is spent.
      assert.deepEqual(await take(restored, late, 500), { granted: 470, total: 500 });
      assert.deepEqual(await take(restored, idle, 1), { granted: 1, total: 8 });
      await restored.close();

      const again = await restore(paths, { overwrite: true });
      assert.equal(again.spentCreditCount, 3);
      const twice = await open(paths.directory);
      assert.deepEqual(await take(twice, late, 1), { granted: 0, total: 500 });
      assert.deepEqual(await take(twice, idle, 0), { granted: 0, total: 8 });
      await twice.close();
    }));

  test("K10: of many credits a restore takes at most a thousandth too much for spent, and the log stays short", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const counter = `${keyOf(tenant).id}|credits|prepaid`;
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      const capacity = 1_000_000;
      for (let count = 0; count < 2_000; count++) {
        await takeCredits(storage, tenant, { counter, wanted: 1, capacity });
      }
      await storage.close();
      const { marks } = readRevocationLog(join(paths.directory, "revocations.log"));
      assert.deepEqual(
        marks.map(({ units }) => units),
        [1_001, 2_002],
      );
      await restore(paths, { overwrite: true });
      const restored = await open(paths.directory);
      const { total } = await takeCredits(restored, tenant, { counter, wanted: 0, capacity });
      assert.equal(total, 2_002);
      await restored.close();
    }));

  test("K10: a log that lacks what was spent of credits before the backup is refused", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const tenant = await putTenant(storage);
      const counter = `${keyOf(tenant).id}|credits|prepaid`;
      for (const wanted of [1, 2, 3]) {
        await takeCredits(storage, tenant, { counter, wanted, capacity: 10 });
      }
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await storage.close();
      const path = join(paths.directory, "revocations.log");
      const lines = readFileSync(path, "utf8").split("\n");
      for (const lost of [1, 2, 3]) {
        writeFileSync(path, lines.filter((_, index) => index !== lost).join("\n"));
        const restoring = restore(paths, { overwrite: true });
        await assert.rejects(restoring, { reason: "revocation_log_too_old" });
      }
    }));

  test("K10: credits are in the log before anybody spends them", () =>
    withPaths(async ({ directory }) => {
      const storage = await open(directory);
      const tenant = await putTenant(storage);
      const counter = `${keyOf(tenant).id}|credits|prepaid`;
      const path = join(directory, "revocations.log");
      for (const wanted of [3, 4]) {
        await takeCredits(storage, tenant, { counter, wanted, capacity: 10 });
        assert.equal(readRevocationLog(path).marks.at(-1)?.units, wanted === 3 ? 3 : 7);
      }
      await storage.close();
    }));

  test("K10: after a restore no charge is open, so none that was settled since the backup gives back twice", () =>
    withPaths(async (paths) => {
      const storage = await open(paths.directory);
      const { scope } = await putTenant(storage);
      const charge = {
        name: "a",
        id: sampleId("charge"),
        cost: 10,
        units: [],
        report: { states: [], retryAfterSeconds: undefined, degraded: false },
        openUntil: instant(SAMPLE_NOW + 60_000),
        endsAt: instant(SAMPLE_NOW + 600_000),
      };
      await storage.charges.keep(scope, charge, SAMPLE_NOW);
      await backupDatabase({ directory: paths.directory, toFile: paths.backup });
      await storage.close();
      await restore(paths, { overwrite: true });
      const restored = await open(paths.directory);
      assert.equal(await restored.charges.find(scope, "a", SAMPLE_NOW), undefined);
      const settlement = { id: charge.id, state: "released", cost: 0, returnsUnits: true } as const;
      assert.equal(await restored.charges.settle(scope, settlement, SAMPLE_NOW), "absent");
      await restored.close();
    }));

  test("a revocation is in the log when it is acknowledged", () =>
    withPaths(async ({ directory }) => {
      const storage = await open(directory);
      const tenant = await putTenant(storage);
      const key = keyOf(tenant);
      await put(storage, tenant.scope, key);
      await put(storage, tenant.scope, revoked(key));
      const path = join(directory, "revocations.log");
      const { epochs, ends } = readRevocationLog(path);
      assert.deepEqual([...epochs], [await storage.system.epoch()]);
      assert.deepEqual(ends, [
        {
          epoch: await storage.system.epoch(),
          seq: 1,
          workspaceId: tenant.workspace.id,
          keyId: key.id,
          secretId: null,
          kind: "revoked",
          at: SAMPLE_NOW,
        },
      ]);
      await storage.close();
    }));

  test("whatever a crash has left of the log, opening completes it from the database", () =>
    withPaths(async ({ directory }) => {
      const storage = await open(directory);
      const tenant = await putTenant(storage);
      const keys = [keyOf(tenant), keyOf(tenant), keyOf(tenant)];
      for (const key of keys) await put(storage, tenant.scope, key);
      for (const key of keys) await put(storage, tenant.scope, revoked(key));
      await storage.close();
      const path = join(directory, "revocations.log");
      const whole = readFileSync(path, "utf8");
      for (let length = 0; length < whole.length; length += 37) {
        truncateSync(path, length);
        await (await open(directory)).close();
        assert.equal(readFileSync(path, "utf8"), whole);
      }
      rmSync(path);
      await (await open(directory)).close();
      assert.equal(readFileSync(path, "utf8"), whole);
    }));
});
