import { existsSync, renameSync, rmSync } from "node:fs";
import { OperationError } from "@keyward/core/failure/failures";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { SOLE_NODE } from "../nodes.ts";
import { tenantScope } from "../storage.ts";
import type { Storage } from "../storage.ts";
import { connectToFile, openReader, openWriter } from "./connection.ts";
import type { Connect } from "./connection.ts";
import {
  createDataDirectory,
  createFile,
  dataDirectory,
  syncDirectory,
  syncFile,
} from "./data-directory.ts";
import type { DataDirectory } from "./data-directory.ts";
import { chargeReads, chargeWrites } from "../sql/charges.ts";
import { readEpoch, renewEpoch } from "../sql/epoch.ts";
import { feedReader } from "../sql/feed-reader.ts";
import { answering } from "../sql/query.ts";
import type { Run } from "../sql/query.ts";
import { readerQueries } from "../sql/reader.ts";
import { scanAll } from "../sql/scan.ts";
import { systemReader, systemWriter } from "../sql/system.ts";
import { areMarked, giveBackUnits, takeUnits } from "../sql/units.ts";
import { logReader } from "../sql/usage/log-entries.ts";
import { createUsageStorage } from "../sql/usage/usage-storage.ts";
import { drive, driveSync, running } from "./drive.ts";
import { openSubject, scanning } from "./scans.ts";
import { APPLICATION_ID, checkFile } from "./integrity.ts";
import { acquireLock } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { openRevocationLog } from "./revocation-log.ts";
import { StorageOpenError } from "../storage-open-error.ts";
import { WriteQueue } from "./write-queue.ts";

/** How often the write-ahead log is emptied and a trouble that may have passed is looked at again. */
const MAINTENANCE_INTERVAL_MS = 2_000;

export interface SqliteStorageOptions {
  /** The data directory; made when it is not there. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  /** For tests: what stands between Keyward and SQLite. */
  readonly connect?: Connect;
}

/**
 * Opens the storage of a data directory for this process alone, making or migrating it first.
 *
 * @throws StorageOpenError when another process holds the directory (75), when the database is damaged (70) or does not
 * suit this release (78); a damaged file is left as it is
 */
export async function openSqliteStorage(options: SqliteStorageOptions): Promise<Storage> {
  const { connect = connectToFile } = options;
  const directory = dataDirectory(options.directory);
  createDataDirectory(directory.path);
  const opened: { close(): void }[] = [];
  const closeAll = () => {
    for (const each of opened.toReversed()) each.close();
  };
  try {
    const lock = acquireLock(directory.lock);
    opened.push({ close: () => lock.release() });
    prepareDatabase(directory, { ...options, connect });
    const writeConnection = openWriter(directory.database, connect);
    opened.push(writeConnection);
    migrate(writeConnection, options.clock);
    const readConnection = openReader(directory.database, connect);
    opened.push(readConnection);
    // A sum that lets others have their turn keeps its moment meanwhile, and other reads must not be held to that.
    const usageConnection = openReader(directory.database, connect);
    opened.push(usageConnection);
    const log = openRevocationLog(
      directory.revocationLog,
      readConnection,
      driveSync(readConnection, readEpoch()),
    );
    opened.push(log);
    log.catchUp();

    const read = running(readConnection);
    const reader = answering(readerQueries, read);
    const queue = new WriteQueue(writeConnection, log);
    const write: Run = (query) => queue.write(() => drive(writeConnection, query));
    const openScan = () => openReader(directory.database, connect);
    const maintenance = setInterval(() => {
      queue.maintain();
    }, MAINTENANCE_INTERVAL_MS).unref();
    let closing: Promise<void> | undefined;
    return {
      reader,
      system: {
        ...answering(systemReader, read),
        ...answering(systemWriter, write),
        findWorkspace: (id) => reader.findWorkspace(tenantScope(id)),
        scan: () => scanning(openScan(), scanAll()),
      },
      feed: {
        ...answering(feedReader, read),
        scanSubject: async (scope, subject, keys) =>
          openSubject(openScan(), { scope, subject, keys }),
      },
      usage: createUsageStorage(running(usageConnection), write, options.random),
      logs: answering(logReader, read),
      units: {
        take: (demands) =>
          queue.write(() => drive(writeConnection, takeUnits(demands)), {
            isLogged: areMarked(demands),
          }),
        giveBack: (returns) => write(giveBackUnits(returns), undefined),
      },
      charges: { ...answering(chargeReads, read), ...answering(chargeWrites, write) },
      nodes: SOLE_NODE,
      write: (work) => queue.write(work),
      subscribe: (listener) => queue.subscribe(listener),
      health: () => queue.health(),
      close() {
        closing ??= queue.close().then(closeAll);
        clearInterval(maintenance);
        return closing;
      },
    };
  } catch (error) {
    closeAll();
    throw toOpenError(error);
  }
}

function toOpenError(error: unknown): unknown {
  if (!(error instanceof OperationError)) return error;
  const isFull = error.code === "storage_full";
  // SQLite calls some of what a full disk does an error of the disk.
  const reason = !isFull && error.cause instanceof Error ? error.cause : error;
  const message = `The database cannot be opened: ${reason.message}`;
  return new StorageOpenError(isFull ? 75 : 70, message, { cause: error });
}

function prepareDatabase(
  directory: DataDirectory,
  options: { readonly clock: Clock; readonly random: Random; readonly connect: Connect },
): void {
  if (existsSync(directory.database)) {
    checkFile(directory.database, options.connect);
    return;
  }
  // Whoever finds these has lost a database, and must not be given an empty one in its place.
  const remains = [`${directory.database}-wal`, directory.revocationLog].find(existsSync);
  if (remains !== undefined) {
    throw new StorageOpenError(
      70,
      `${directory.database} is missing, but ${remains} is there. Restore a backup with: keyward restore FILE; or, for a new start, move ${remains} away`,
    );
  }
  createDatabase(directory, options);
}

/** Made whole under another name and then renamed: a crash leaves all of a database or none. */
function createDatabase(
  directory: DataDirectory,
  options: { readonly clock: Clock; readonly random: Random; readonly connect: Connect },
): void {
  const unfinished = `${directory.database}.creating`;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(unfinished + suffix, { force: true });
  createFile(unfinished);
  const connection = openWriter(unfinished, options.connect);
  try {
    connection.execute(`pragma application_id = ${APPLICATION_ID}`);
    migrate(connection, options.clock);
    driveSync(connection, renewEpoch(options.random));
  } finally {
    // Closing the last connection brings the write-ahead log home and removes it.
    connection.close();
  }
  syncFile(unfinished);
  renameSync(unfinished, directory.database);
  syncDirectory(directory.path);
}
