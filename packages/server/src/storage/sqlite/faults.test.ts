// What SQLite and its disk may do to us: faults F03 to F06 and F28, by real files and by an injected SQLite.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { Storage } from "../storage.ts";
import { connectWith, sqliteError } from "../testing/faulty-database.ts";
import type { Faults } from "../testing/faulty-database.ts";
import { keyOf, put, putTenant, revoked, SAMPLE_NOW, sampleId } from "../testing/sample.ts";
import type { SampleTenant } from "../testing/sample.ts";
import { withDirectory } from "../testing/temporary-directory.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";
import { openReader, connectToFile } from "./connection.ts";
import { checkCopy } from "./backup.ts";
import { SCHEMA_VERSION } from "./migrate.ts";

const PAGE = { limit: 250, after: null } as const;
const IO_ERROR_FSYNC = 10 | (4 << 8);
const FULL = 13;

function open(directory: string, faults?: Faults): Promise<Storage> {
  const sources = { directory, clock: systemClock, random: systemRandom };
  return openSqliteStorage(faults ? { ...sources, connect: connectWith(faults) } : sources);
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function countKeys(storage: Storage, { scope }: SampleTenant): Promise<number> {
  const page = await storage.reader.listKeys(scope, { now: SAMPLE_NOW }, PAGE);
  return page.items.length;
}

/** A closed data directory with a tenant and a key in it. */
async function withClosedDatabase(
  use: (directory: string, database: string, tenant: SampleTenant) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const storage = await open(directory);
    const tenant = await putTenant(storage);
    await put(storage, tenant.scope, keyOf(tenant));
    await storage.close();
    await use(directory, join(directory, "keyward.db"), tenant);
  });
}

suite("F05: one process at a time", () => {
  test("F05: a second process is refused with exit code 75, and the first goes on", () =>
    withDirectory(async (directory) => {
      const storage = await open(directory);
      const tenant = await putTenant(storage);
      const main = new URL("open-sqlite-storage.ts", import.meta.url).href;
      const script = `
        const { openSqliteStorage } = await import(${JSON.stringify(main)});
        const { systemClock } = await import(${JSON.stringify(new URL("../../runtime/clock.ts", import.meta.url).href)});
        const { systemRandom } = await import(${JSON.stringify(new URL("../../runtime/random.ts", import.meta.url).href)});
        try {
          await openSqliteStorage({ directory: process.argv[1], clock: systemClock, random: systemRandom });
          console.log("opened");
        } catch (error) {
          console.log(error.name, error.exitCode, error.message);
        }`;
      const flags = ["--conditions=@keyward/source", "--input-type=module", "-e", script];
      const said = execFileSync(process.execPath, [...flags, directory], { encoding: "utf8" });
      assert.equal(
        said.trim(),
        "StorageOpenError 75 Keyward is already running on this data directory",
      );
      assert.equal(await put(storage, tenant.scope, keyOf(tenant)), 4);
      await storage.close();
      await (await open(directory)).close();
    }));

  test("F05: a second opening in the same process is refused alike", () =>
    withDirectory(async (directory) => {
      const storage = await open(directory);
      await assert.rejects(open(directory), { name: "StorageOpenError", exitCode: 75 });
      await storage.close();
    }));
});

suite("F02: what is made is its owner's alone", () => {
  test("the directory has mode 0700 and every file in it 0600, whatever the umask", () =>
    withDirectory(async (parent) => {
      const directory = join(parent, "a", "b");
      const before = process.umask(0);
      try {
        const storage = await open(directory);
        await putTenant(storage);
        assert.equal(statSync(directory).mode & 0o777, 0o700);
        for (const name of readdirSync(directory)) {
          assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
        }
        await storage.close();
      } finally {
        process.umask(before);
      }
    }));
});

suite("F06: what is damaged or foreign is refused and left as it is", () => {
  const damage: readonly (readonly [string, (path: string) => void, number, RegExp])[] = [
    ["an empty file", (path) => truncateSync(path, 0), 70, /cut short/],
    ["a file cut within the header", (path) => truncateSync(path, 50), 70, /cut short/],
    ["a file cut between pages", (path) => truncateSync(path, 8192), 70, /cut short/],
    ["a text", (path) => writeFileSync(path, "no database\n".repeat(100)), 70, /no SQLite/],
    ["another program's database", makeForeign, 70, /not Keyward's/],
    ["a flipped magic", (path) => flip(path, 3), 70, /no SQLite/],
    ["a flipped schema page", (path) => flip(path, 105), 70, /damaged/],
    ["a page of zeros", (path) => overwrite(path, 2 * 4096, new Uint8Array(4096)), 70, /damaged/],
    ["a schema two steps ahead", (path) => addMigrations(path, 2, 1), 78, /has schema/],
    ["a schema one step ahead that breaks", (path) => addMigrations(path, 1, 0), 78, /has schema/],
  ];
  for (const [name, spoil, exitCode, message] of damage) {
    test(`F06: ${name} is refused with exit code ${exitCode}, untouched, and no journal appears`, () =>
      withClosedDatabase(async (directory, database) => {
        spoil(database);
        const before = sha256(database);
        const names = readdirSync(directory).toSorted();
        await assert.rejects(open(directory), { name: "StorageOpenError", exitCode, message });
        assert.equal(sha256(database), before);
        assert.deepEqual(readdirSync(directory).toSorted(), names);
      }));
  }

  test("F06: a schema one step ahead that says it is compatible is opened and written", () =>
    withClosedDatabase(async (directory, database, tenant) => {
      addMigrations(database, 1, 1);
      const storage = await open(directory);
      assert.equal(await put(storage, tenant.scope, keyOf(tenant)), 5);
      await storage.close();
    }));

  test("F06: a database that has gone is not replaced by an empty one", () =>
    withClosedDatabase(async (directory, database) => {
      rmSync(database);
      await assert.rejects(open(directory), { exitCode: 70, message: /is missing/ });
      assert.equal(existsSync(database), false);
    }));

  test("a creation that a crash has cut short is begun anew", () =>
    withDirectory(async (directory) => {
      writeFileSync(join(directory, "keyward.db.creating"), "half");
      const storage = await open(directory);
      assert.equal(await storage.system.isEmpty(), true);
      await storage.close();
      assert.equal(existsSync(join(directory, "keyward.db.creating")), false);
    }));
});

suite("F03: a full disk", () => {
  test("F03: the write is answered storage_full and leaves nothing, reads go on, and room heals it", async () => {
    const directory = join("/tmp", `keyward-full-${process.pid}`);
    mountSmallDisk(directory);
    try {
      await fillAndHeal(directory);
    } finally {
      execFileSync("umount", [directory]);
      rmSync(directory, { recursive: true });
    }
  });

  async function fillAndHeal(directory: string): Promise<void> {
    const storage = await open(join(directory, "data"));
    try {
      await fillAndHealStorage(storage, directory);
    } finally {
      await storage.close();
    }
    checkCopy(join(directory, "data", "keyward.db"), connectToFile);
  }

  async function fillAndHealStorage(storage: Storage, directory: string): Promise<void> {
    const tenant = await putTenant(storage);
    const ballast = join(directory, "ballast");
    const descriptor = openSync(ballast, "w");
    let acknowledged = 0;
    try {
      for (;;) writeSync(descriptor, new Uint8Array(64 * 1024));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
    closeSync(descriptor);
    const metadata = { text: "x".repeat(12_000) };
    const failure = await firstFailure(async () => {
      await put(storage, tenant.scope, keyOf(tenant, { metadata }));
      acknowledged += 1;
    });
    assert.equal((failure as { code?: string }).code, "storage_full");
    assert.deepEqual(storage.health(), { writable: false, reason: "disk full" });
    assert.equal(await countKeys(storage, tenant), acknowledged);
    rmSync(ballast);
    assert.equal(await put(storage, tenant.scope, keyOf(tenant)), 4 + acknowledged);
    assert.deepEqual(storage.health(), { writable: true, reason: null });
  }

  test("F03: health heals by itself within seconds, without a write", () =>
    withDirectory(async (directory) => {
      let full = false;
      const storage = await open(directory, {
        beforeStep(sql) {
          if (full && sql === "commit") throw sqliteError(FULL, "database or disk is full");
        },
      });
      const tenant = await putTenant(storage);
      full = true;
      await assert.rejects(put(storage, tenant.scope, keyOf(tenant)), { code: "storage_full" });
      assert.equal(storage.health().writable, false);
      full = false;
      for (let waited = 0; waited < 70 && !storage.health().writable; waited++) await sleep(100);
      assert.equal(storage.health().writable, true);
      await storage.close();
    }));
});

suite("F04: a disk that fails", () => {
  test("F04: whichever step of a write fails with an I/O error, nothing is acknowledged from then on, and nothing half done is there after a restart", async () => {
    let steps = 0;
    for (let failing = 1, reached = true; reached; failing++) {
      reached = await failAtStep(failing);
      steps = failing;
    }
    // A write has at least: begin, savepoint, the statements of a key, release, commit.
    assert.ok(steps > 12, String(steps));
  });

  /** Answers whether the write had as many steps. */
  function failAtStep(failing: number): Promise<boolean> {
    return withDirectory(
      async (directory) => {
        let countdown = Number.POSITIVE_INFINITY;
        let broken = false;
        const storage = await open(directory, {
          beforeStep(sql) {
            // Reading goes on; a disk that no longer writes is what is meant.
            if (broken && !/^(?:select|rollback)/.test(sql)) fail();
            countdown -= 1;
            if (countdown !== 0) return;
            broken = true;
            fail();
          },
        });
        const tenant = await putTenant(storage);
        const key = keyOf(tenant);
        await put(storage, tenant.scope, key);
        const heard: number[] = [];
        storage.subscribe((changes) => heard.push(...changes.map(({ rev }) => rev)));
        countdown = failing;
        const works = [keyOf(tenant), revoked(key)].map((value) =>
          put(storage, tenant.scope, value),
        );
        const outcomes = await Promise.allSettled(works);
        countdown = Number.POSITIVE_INFINITY;
        const reached = broken;
        // Behind the commit comes the revocation log: what it should tell of stands then, and is not acknowledged.
        const kept = heard.length === 2;
        broken = false;
        if (reached) {
          const codes = outcomes.map((outcome) =>
            outcome.status === "rejected" ? (outcome.reason as { code?: string }).code : "done",
          );
          assert.deepEqual(codes, [kept ? "done" : "unavailable", "unavailable"]);
          const reason = kept
            ? "the revocation log cannot be written"
            : "a write failed; restart Keyward";
          assert.deepEqual(storage.health(), { writable: false, reason });
          const next = put(storage, tenant.scope, tenant.owner);
          if (kept) await next;
          else await assert.rejects(next, { code: "unavailable" });
        }
        await storage.close();
        checkCopy(join(directory, "keyward.db"), connectToFile);
        const again = await open(directory);
        const found = (await again.reader.findKey(tenant.scope, key.id))?.value.state;
        assert.equal(await countKeys(again, tenant), kept ? 2 : 1);
        assert.equal(found, kept ? "revoked" : "active");
        await again.close();
        return reached;
      },
      { inMemory: true },
    );
  }

  function fail(): never {
    throw sqliteError(IO_ERROR_FSYNC, "disk I/O error");
  }

  test("a work that swallows the error of the disk is not acknowledged either", () =>
    withDirectory(async (directory) => {
      let broken = false;
      const storage = await open(directory, {
        beforeStep(sql) {
          if (broken && sql.startsWith("insert into")) fail();
        },
      });
      const tenant = await putTenant(storage);
      const key = keyOf(tenant);
      broken = true;
      const write = storage.write(async (writer) => {
        const change = { entity: "key", id: key.id, value: key } as const;
        const facts = {
          id: sampleId("event"),
          at: SAMPLE_NOW,
          actor: { type: "system", id: "test", ip: null },
          action: "key.created",
          requestId: null,
          detail: {},
        } as const;
        await writer.record(tenant.scope, change, facts).catch(() => 0);
        return "done";
      });
      await assert.rejects(write, { code: "unavailable" });
      assert.equal(await countKeys(storage, tenant), 0);
      await storage.close();
    }));

  test("K2: when a subscriber fails, the change is kept but not acknowledged, and writes stop", () =>
    withDirectory(async (directory) => {
      const storage = await open(directory);
      const tenant = await putTenant(storage);
      storage.subscribe(() => {
        throw new Error("a defect");
      });
      const key = keyOf(tenant);
      await assert.rejects(put(storage, tenant.scope, key), { code: "unavailable" });
      assert.equal(await countKeys(storage, tenant), 1);
      assert.equal(storage.health().reason, "a subscriber failed; restart Keyward");
      await storage.close();
    }));
});

test("T58: a list of keys by any one filter walks an index in the order of its pages, and sorts nothing", () =>
  withDirectory(async (directory) => {
    const asked: string[] = [];
    const storage = await open(directory, { beforeStep: (sql) => asked.push(sql) });
    const tenant = await putTenant(storage);
    const { scope } = tenant;
    const plans: Record<string, string> = {};
    const connection = openReader(join(directory, "keyward.db"), connectToFile);
    for (const [name, filter] of Object.entries({
      none: {},
      apiId: { apiId: tenant.api.id },
      ownerId: { ownerId: tenant.owner.id },
      environment: { environment: "test" },
      active: { status: "active" },
      revoked: { status: "revoked" },
      expired: { status: "expired" },
      ownerAndMore: { ownerId: tenant.owner.id, apiId: tenant.api.id, environment: "test" },
    } as const)) {
      const page = { limit: 50, after: sampleId("key") };
      asked.length = 0;
      await storage.reader.listKeys(scope, { ...filter, now: SAMPLE_NOW }, page);
      const sql = asked.find((each) => each.includes('from "keys"'));
      assert.ok(sql !== undefined);
      const parameters = Array.from({ length: sql.split("?").length - 1 }, () => "x");
      const rows = connection.all<{ detail: string }>({
        in: () => ({ sql: `explain query plan ${sql}`, parameters }),
      });
      plans[name] = rows.map(({ detail }) => detail).join("; ");
    }
    connection.close();
    await storage.close();
    assert.deepEqual(plans, {
      none: "SEARCH keys USING INDEX sqlite_autoindex_keys_1 (workspace_id=? AND id<?)",
      apiId: "SEARCH keys USING INDEX keys_by_api (workspace_id=? AND api_id=? AND id<?)",
      ownerId: "SEARCH keys USING INDEX keys_by_owner (workspace_id=? AND owner_id=? AND id<?)",
      environment:
        "SEARCH keys USING INDEX keys_by_environment (workspace_id=? AND environment=? AND id<?)",
      active: "SEARCH keys USING INDEX keys_by_state (workspace_id=? AND state=?)",
      revoked: "SEARCH keys USING INDEX keys_by_state (workspace_id=? AND state=?)",
      expired: "SEARCH keys USING INDEX keys_by_expiry (workspace_id=? AND <expr>=?)",
      ownerAndMore:
        "SEARCH keys USING COVERING INDEX keys_by_owner (workspace_id=? AND owner_id=? AND id<?)",
    });
  }));

async function firstFailure(action: () => Promise<void>): Promise<unknown> {
  for (let tries = 0; tries < 1_000; tries++) {
    try {
      await action();
    } catch (error) {
      return error;
    }
  }
  throw new Error("nothing has failed");
}

function mountSmallDisk(directory: string): void {
  mkdirSync(directory);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", directory], { stdio: "pipe" });
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw new Error(
      "F03 needs a disk that is really full: run this test as root on Linux, where it may mount a tmpfs of 8 MiB",
      { cause: error },
    );
  }
}

function makeForeign(path: string): void {
  rmSync(path);
  const database = new DatabaseSync(path);
  database.exec("create table notes (id integer primary key, text text)");
  database.close();
}

function flip(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, offset);
  closeSync(descriptor);
}

/** As a newer release would leave the file; a copy, so that no journal stays behind. */
function addMigrations(path: string, steps: number, compatible: number): void {
  const copy = `${path}.newer`;
  copyFileSync(path, copy);
  const database = new DatabaseSync(copy);
  for (let version = SCHEMA_VERSION + 1; version <= SCHEMA_VERSION + steps; version++) {
    database
      .prepare("insert into schema_migrations values (?, 'of the future', ?, 0)")
      .run(version, compatible);
  }
  database.close();
  copyFileSync(copy, path);
  rmSync(copy);
}
