import { existsSync } from "node:fs";
import { connectToFile, openReader } from "./connection.ts";
import { driveSync } from "./drive.ts";
import { CopyRefused } from "./copy-refused.ts";
import { dataDirectory } from "./data-directory.ts";
import { checkHeader, quickCheck, translated } from "./integrity.ts";
import { verifyAuditChains } from "../sql/verify-audit.ts";
import type { AuditResult, KnownEvent } from "../sql/verify-audit.ts";

/**
 * Looks at every page and every audit chain of a data directory as of one moment, also while Keyward runs on it.
 *
 * @throws CopyRefused `no_database`
 * @throws StorageOpenError 70 when the database is damaged
 */
export function verifyDirectory(directory: string, known: readonly KnownEvent[] = []): AuditResult {
  const { database } = dataDirectory(directory);
  if (!existsSync(database)) throw new CopyRefused("no_database", `there is no ${database}`);
  // A server may be writing: its newest pages can be in the write-ahead log alone.
  checkHeader(database, true);
  return translated(database, () => {
    const connection = openReader(database, connectToFile);
    try {
      quickCheck(database, connection);
      return driveSync(connection, verifyAuditChains(known));
    } finally {
      connection.close();
    }
  });
}
