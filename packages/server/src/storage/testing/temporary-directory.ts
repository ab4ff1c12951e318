// For tests alone.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a file system in memory is usually found: for tests that open hundreds of databases and prove no durability. */
const MEMORY = "/dev/shm";

/** A directory that is gone when `use` is done. */
export async function withDirectory<Result>(
  use: (path: string) => Promise<Result>,
  options: { readonly inMemory?: boolean } = {},
): Promise<Result> {
  const parent = options.inMemory === true && existsSync(MEMORY) ? MEMORY : tmpdir();
  const path = mkdtempSync(join(parent, "keyward-test-"));
  try {
    return await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
