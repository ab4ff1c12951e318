// PgBouncer between nodes and their database: each transaction on whatever connection is free.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { idsOf } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const START_MS_MAX = 10_000;
/** Fewer than two nodes would open by themselves. */
const CONNECTIONS = 6;

export interface PgBouncer {
  /** The same database through it. */
  through(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** In transaction mode, before the server of this database. */
export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl);
  const directory = mkdtempSync(join(tmpdir(), "keyward-pgbouncer-"));
  const port = await freePort();
  const users = join(directory, "users");
  writeFileSync(users, `"${username}" "${password}"\n`);
  const configuration = join(directory, "pgbouncer.ini");
  writeFileSync(
    configuration,
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${CONNECTIONS}
`,
  );
  // It refuses to run as root, as PostgreSQL does.
  const ids = process.getuid?.() === 0 ? idsOf("postgres") : undefined;
  if (ids !== undefined) {
    for (const path of [directory, users, configuration]) chownSync(path, ids.uid, ids.gid);
  }
  const child = spawn("pgbouncer", [configuration], { ...ids, cwd: directory, stdio: "ignore" });
  const through = (url: string) => {
    const changed = new URL(url);
    changed.port = String(port);
    return changed.href;
  };
  const deadlineMs = performance.now() + START_MS_MAX;
  for (;;) {
    const client = new Client({ connectionString: through(databaseUrl) });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("select 1");
      break;
    } catch (error) {
      if (performance.now() > deadlineMs || child.exitCode !== null) throw error;
      await delay(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
  return {
    through,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
