import { DatabaseSync } from "node:sqlite";
import { existsSync } from "node:fs";
import { createFile } from "./data-directory.ts";
import { isBusy } from "./sqlite-error.ts";
import { StorageOpenError } from "../storage-open-error.ts";

export interface Lock {
  release(): void;
}

/**
 * Takes a data directory for this process alone (F05). An exclusive transaction on a file of its own is a lock of the
 * operating system: it goes with the process, kill -9 included, and leaves nothing to clean up.
 *
 * @throws StorageOpenError 75 when another process holds it
 */
export function acquireLock(path: string): Lock {
  if (!existsSync(path)) createFile(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // No journal beside it: the transaction never writes.
    database.exec("pragma journal_mode = memory");
    database.exec("begin exclusive");
  } catch (error) {
    database.close();
    if (!isBusy(error)) {
      throw new StorageOpenError(70, `${path} cannot be locked; remove it if it is no lock file`, {
        cause: error,
      });
    }
    throw new StorageOpenError(75, "Keyward is already running on this data directory", {
      cause: error,
    });
  }
  return { release: () => database.close() };
}
