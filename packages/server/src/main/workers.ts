// What `--workers` adds to a server: processes that verify, and writes that wait for them.
import { mkdtempSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Clock } from "../runtime/clock.ts";
import { listenOnSocket } from "../runtime/listening.ts";
import type { Leases } from "../leases/leases.ts";
import type { Log } from "../runtime/log.ts";
import type { Storage } from "../storage/storage.ts";
import type { VerdictCounts } from "../verification/verdict-counts.ts";
import { WorkerPool } from "../workers/worker-pool.ts";
import { spawnWorker } from "./spawn-worker.ts";

/** Of a sockaddr_un, with room for the zero at its end. */
const SOCKET_PATH_BYTES_MAX = 103;

export class Workers {
  readonly #config: Config;
  readonly #log: Log;
  #pool: WorkerPool | undefined;

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
  }

  /** A write is acknowledged once every worker has applied it, so that each refuses what has been revoked (K2). */
  holdBack(storage: Storage): Storage {
    return {
      ...storage,
      write: async (work) => {
        const result = await storage.write(work);
        await this.#pool?.caughtUp();
        return result;
      },
    };
  }

  /**
   * Listens for what workers forward, and starts them. Answers with where they listen.
   *
   * @throws Error when the socket or the port cannot be had
   */
  async start(
    server: Server,
    parts: { storage: Storage; counts: VerdictCounts; clock: Clock; leases: Leases },
  ): Promise<string> {
    const { storage, counts, clock, leases } = parts;
    const socketPath = socketPathIn(this.#config.dataDirectory);
    await listenOnSocket(server, socketPath, 0o600);
    this.#pool = new WorkerPool({
      count: this.#config.workers,
      spawn: spawnWorker,
      storage,
      countUses: (scope, batch) => storage.usage.count(scope, null, batch, clock.now()),
      lend: (request) => leases.lend(request),
      assignment: { config: this.#config, socketPath },
      counts,
      log: this.#log,
    });
    return await this.#pool.start();
  }

  async stop(drainMs: number): Promise<void> {
    await this.#pool?.stop(drainMs);
  }
}

/** A path that is too long for a socket is replaced by one that only this user can reach, too. */
function socketPathIn(directory: string): string {
  const path = join(directory, "workers.sock");
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path;
  return join(mkdtempSync(join(tmpdir(), "keyward-")), "workers.sock");
}
