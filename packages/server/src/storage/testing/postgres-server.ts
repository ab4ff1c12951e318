// For tests alone: a PostgreSQL of their own, on a port of its own, in a directory of its own.
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { freePort } from "../../runtime/testing/free-port.ts";

const START_MS_MAX = 30_000;
const LOOK_EVERY_MS = 50;
/** The role that Keyward connects as: no superuser, so that row-level security binds it. */
const ROLE = "keyward";

/** PostgreSQL refuses to run as root; Debian makes this user with the package. */
const USER = "postgres";

export interface PostgresServer {
  readonly port: number;
  /** Of the postmaster. */
  readonly pid: () => number;
  /** A database that is new and empty, for the role `keyward`. */
  createDatabase(): Promise<string>;
  /** As the administrator, in the database `postgres` or another. */
  query(sql: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  /** `pg_ctl restart -m immediate`: as after a crash. */
  restartAtOnce(): Promise<void>;
  start(): Promise<void>;
  /** Without a farewell. */
  stopAtOnce(): Promise<void>;
  stop(): Promise<void>;
}

/** What makes it quick, where no durability is proved. */
const CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
/** A file system in memory, where there is one. */
const MEMORY = "/dev/shm";

/** @param options `careless`: for tests that prove no durability */
export async function startPostgres(
  options: { readonly careless?: boolean; readonly settings?: readonly string[] } = {},
): Promise<PostgresServer> {
  const settings = [...(options.careless === true ? CARELESS : []), ...(options.settings ?? [])];
  const binaries = globSync("/usr/lib/postgresql/*/bin").toSorted().at(-1);
  if (binaries === undefined) throw new Error("PostgreSQL is not installed: npm test installs it");
  const parent = options.careless === true && existsSync(MEMORY) ? MEMORY : tmpdir();
  const directory = mkdtempSync(join(parent, "keyward-postgres-"));
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? idsOf(USER) : undefined;
  if (ids !== undefined) chownSync(directory, ids.uid, ids.gid);
  const data = join(directory, "data");
  const password = randomBytes(16).toString("hex");
  const passwordFile = join(directory, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (ids !== undefined) chownSync(passwordFile, ids.uid, ids.gid);
  const init = ["-D", data, "-U", "postgres", "--pwfile", passwordFile, "-A", "scram-sha-256"];
  const made = spawnSync(join(binaries, "initdb"), [...init, "-E", "UTF8", "--no-sync"], {
    ...ids,
    cwd: directory,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  let server: ChildProcess | undefined;
  let databaseCount = 0;

  const administrator = (database: string) =>
    `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;

  async function query(sql: string, database = "postgres") {
    const client = new Client({ connectionString: administrator(database) });
    client.on("error", () => {});
    await client.connect();
    try {
      const result: unknown = await client.query(sql);
      const last = Array.isArray(result) ? (result.at(-1) as unknown) : result;
      return (last as { rows: Record<string, unknown>[] }).rows;
    } finally {
      await client.end();
    }
  }

  async function start(): Promise<void> {
    const all = ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings];
    server = spawn(
      join(binaries ?? "", "postgres"),
      ["-D", data, "-p", String(port), ...all.flatMap((each) => ["-c", each])],
      { ...ids, cwd: directory, stdio: "ignore" },
    );
    const endMs = performance.now() + START_MS_MAX;
    for (;;) {
      try {
        await query("select 1");
        return;
      } catch (error) {
        if (performance.now() > endMs || server.exitCode !== null) throw error;
        await delay(LOOK_EVERY_MS);
      }
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    ending.once("exit", () => resolve());
    ending.kill(signal);
    await promise;
  }

  await start();
  await query(`create role ${ROLE} login password '${password}'`);
  return {
    port,
    pid: () => server?.pid ?? 0,
    query,
    start,
    async createDatabase() {
      const name = `keyward_${++databaseCount}`;
      await query(`create database ${name} owner ${ROLE}`);
      return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${name}`;
    },
    stopAtOnce: () => end("SIGQUIT"),
    async restartAtOnce() {
      await end("SIGQUIT");
      await start();
    },
    async stop() {
      await end("SIGINT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What a program that refuses to run as root is run as. */
export function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string) =>
    Number(spawnSync("id", [flag, user], { encoding: "utf8" }).stdout.trim());
  return { uid: id("-u"), gid: id("-g") };
}
