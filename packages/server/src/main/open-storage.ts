import type { Config } from "../config.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { createDataDirectory } from "../storage/sqlite/data-directory.ts";
import type { Storage } from "../storage/storage.ts";

/**
 * Opens the storage that the settings name: PostgreSQL, which any number of nodes share, or SQLite in the data directory.
 *
 * @throws StorageOpenError when it cannot be used
 */
export async function openStorage(
  { databaseUrl, dataDirectory }: Pick<Config, "databaseUrl" | "dataDirectory">,
  tools: { readonly clock: Clock; readonly random: Random },
): Promise<Storage> {
  const { clock, random } = tools;
  if (databaseUrl === undefined) {
    const { openSqliteStorage } = await import("../storage/sqlite/open-sqlite-storage.ts");
    return await openSqliteStorage({ directory: dataDirectory, clock, random });
  }
  const { openPostgresStorage } = await import("../storage/postgres/open-postgres-storage.ts");
  // The server key lies there, whatever the database is.
  createDataDirectory(dataDirectory);
  return await openPostgresStorage({ url: databaseUrl, clock, random });
}
