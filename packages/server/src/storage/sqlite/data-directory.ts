import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Where the parts of an installation lie. */
export interface DataDirectory {
  readonly path: string;
  readonly database: string;
  /** Held for as long as a process uses the directory. */
  readonly lock: string;
  /** Outlives the database: a restore reads from it which keys must stay dead (K10). */
  readonly revocationLog: string;
}

export function dataDirectory(path: string): DataDirectory {
  return {
    path,
    database: join(path, "keyward.db"),
    lock: join(path, "keyward.lock"),
    revocationLog: join(path, "revocations.log"),
  };
}

/** Makes the directory for its owner alone, and makes its making durable (F02). One that exists is left as it is. */
export function createDataDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  createDataDirectory(parent);
  mkdirSync(path, { mode: DIRECTORY_MODE });
  // The umask can only have taken rights away, and with them the owner's own.
  chmodSync(path, DIRECTORY_MODE);
  syncDirectory(parent);
}

/** Makes an empty file for its owner alone; SQLite gives a journal the rights of its database. */
export function createFile(path: string): void {
  closeSync(openSync(path, "wx", FILE_MODE));
}

/** Makes what was created, renamed or removed in the directory survive a power loss (F02). */
export function syncDirectory(path: string): void {
  syncPath(path);
}

export function syncFile(path: string): void {
  syncPath(path);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
