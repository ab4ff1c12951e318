// Files that must be there after a power loss, and that only their owner may read.
import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

/** @throws Error `EEXIST` when there is such a file already */
export function createDurableFile(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "wx", OWNER_ONLY);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncDirectory(dirname(path));
}

/** Reads the file, or makes it of what `make` gives. What two processes make at once is one of the two, for both. */
export function readOrCreateFile(path: string, make: () => Uint8Array): Uint8Array {
  if (!existsSync(path)) {
    // A name of its own: nodes that start together must not take each other's away.
    const staged = `${stagedPath(path)}.${randomUUID()}`;
    createDurableFile(staged, make());
    try {
      publish(staged, path);
    } catch (error) {
      if (!existsSync(path)) throw error;
      unlinkSync(staged);
    }
  }
  return readFileSync(path);
}

/** Where a file waits under another name until it counts. */
export function stagedPath(path: string): string {
  return `${path}.new`;
}

/** Gives the staged file its name, all at once. @throws Error `EEXIST` when there is such a file already */
export function publishStagedFile(path: string): void {
  publish(stagedPath(path), path);
}

function publish(staged: string, path: string): void {
  linkSync(staged, path);
  unlinkSync(staged);
  syncDirectory(dirname(path));
}

export function removeIfThere(path: string): void {
  if (existsSync(path)) unlinkSync(path);
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
