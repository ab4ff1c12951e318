// Whether a file is an undamaged database of ours. Nothing here writes.
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { openReader } from "./connection.ts";
import type { Connect, Connection } from "./connection.ts";
import { words } from "../sql/statement.ts";
import { checkSchema } from "./migrate.ts";
import { StorageOpenError } from "../storage-open-error.ts";

/** "KWRD": what the header of a Keyward database says that it is. */
export const APPLICATION_ID = 0x4b575244;
const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
/** A check of every page reads the whole file. Up to this size it keeps a start well within three seconds (F01). */
const QUICK_CHECK_BYTES_MAX = 128 * 1024 * 1024;

/**
 * Refuses a file that is damaged, is not ours or is of a release to come, and leaves it untouched to the last byte (F06).
 *
 * The header and the length are always looked at, then the schema, and every page where the file is small; the pages of
 * a larger one are checked by a backup, and each row is checked when it is read.
 *
 * @throws StorageOpenError 70 or 78
 */
export function checkFile(path: string, connect: Connect): void {
  const hasLog = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  checkHeader(path, hasLog);
  // A reader recovers a write-ahead log in memory, and leaves both files as they are.
  const connection = hasLog
    ? translated(path, () => openReader(path, connect))
    : openImmutable(path, connect);
  try {
    translated(path, () => {
      if (statSync(path).size <= QUICK_CHECK_BYTES_MAX) quickCheck(path, connection);
      checkSchema(connection);
    });
  } finally {
    connection.close();
  }
}

/** Reads the file as it is on the disk, without a lock and without making a journal. Nobody may write meanwhile. */
export function openImmutable(path: string, connect: Connect): Connection {
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  return translated(path, () => openReader(url, connect));
}

/** Looks at every page. */
export function quickCheck(path: string, connection: Connection): void {
  const rows = connection.all(words<{ quick_check: string }>("pragma quick_check(1)"));
  const [row] = rows;
  if (row?.quick_check !== "ok") throw damaged(path, row?.quick_check ?? "no answer");
}

/** Whether the file says that it is a Keyward database; it may be damaged all the same. */
export function isDatabase(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
    return (
      header.toString("latin1", 0, MAGIC.length) === MAGIC &&
      header.readUInt32BE(68) === APPLICATION_ID
    );
  } finally {
    closeSync(descriptor);
  }
}

export function checkHeader(path: string, hasLog: boolean): void {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const bytes = readSync(descriptor, header, 0, HEADER_BYTES, 0);
    if (bytes < HEADER_BYTES) throw damaged(path, "it is cut short");
    if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
      throw damaged(path, "it is no SQLite database");
    }
    if (header.readUInt32BE(68) !== APPLICATION_ID) throw damaged(path, "it is not Keyward's");
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    // With a log to recover, the last pages may be in it and not here yet.
    if (!hasLog && fstatSync(descriptor).size < header.readUInt32BE(28) * pageBytes) {
      throw damaged(path, "it is cut short");
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Whatever reading the file throws says that the file is damaged. @throws StorageOpenError */
export function translated<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof StorageOpenError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), error);
  }
}

export function damaged(path: string, reason: string, cause?: unknown): StorageOpenError {
  return new StorageOpenError(
    70,
    `${path} is damaged: ${reason}. Nothing was changed. Restore a backup with: keyward restore FILE`,
    { cause },
  );
}
