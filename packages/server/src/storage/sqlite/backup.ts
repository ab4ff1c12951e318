import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { backup } from "node:sqlite";
import { dirname } from "node:path";
import { connectToFile } from "./connection.ts";
import type { Connect } from "./connection.ts";
import { CopyRefused } from "./copy-refused.ts";
import { driveSync } from "./drive.ts";
import { createFile, dataDirectory, syncDirectory, syncFile } from "./data-directory.ts";
import { checkHeader, damaged, openImmutable, quickCheck } from "./integrity.ts";
import { verifyAuditChains } from "../sql/verify-audit.ts";

const PAGES_PER_STEP = 1_000;

export interface BackupOptions {
  readonly directory: string;
  /** Must not exist. It is there once it is whole, checked and on the disk. */
  readonly toFile: string;
  readonly onProgress?: (progress: {
    readonly copiedPages: number;
    readonly totalPages: number;
  }) => void;
}

export interface BackupSummary {
  readonly bytes: number;
  readonly auditEventCount: number;
}

/**
 * Copies the database as of one moment, while another process (or this one) goes on writing. The copy is checked page by
 * page, and its audit chains with it. It holds everything that the database holds: guard it alike.
 *
 * @throws CopyRefused `no_database`, `file_exists`
 * @throws StorageOpenError 70 when the database is damaged
 */
export async function backupDatabase(options: BackupOptions): Promise<BackupSummary> {
  const { toFile } = options;
  const { database } = dataDirectory(options.directory);
  if (!existsSync(database)) throw new CopyRefused("no_database", `there is no ${database}`);
  if (existsSync(toFile)) throw new CopyRefused("file_exists", `${toFile} is there already`);
  const unfinished = `${toFile}.unfinished`;
  rmSync(unfinished, { force: true });
  createFile(unfinished);
  try {
    await copyPages(database, unfinished, options.onProgress);
    const auditEventCount = checkCopy(unfinished, connectToFile);
    syncFile(unfinished);
    renameSync(unfinished, toFile);
    syncDirectory(dirname(toFile));
    return { bytes: statSync(toFile).size, auditEventCount };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Looks at every page and every link of the audit chains. @throws StorageOpenError 70 */
export function checkCopy(path: string, connect: Connect): number {
  checkHeader(path, false);
  const connection = openImmutable(path, connect);
  try {
    quickCheck(path, connection);
    const audit = driveSync(connection, verifyAuditChains());
    if (audit.ok) return audit.eventCount;
    const { workspaceId, rev, reason } = audit;
    throw damaged(path, `the audit log of ${workspaceId} is broken at rev ${rev} (${reason})`);
  } finally {
    connection.close();
  }
}

async function copyPages(
  from: string,
  to: string,
  onProgress: BackupOptions["onProgress"],
): Promise<void> {
  const source = connectToFile(from, { readOnly: true });
  try {
    // Without this a commit of the server would begin the copy anew, for ever on a busy one.
    source.exec("begin");
    source.prepare("select count(*) from sqlite_schema").get();
    await backup(source, to, {
      rate: PAGES_PER_STEP,
      progress: ({ totalPages, remainingPages }) =>
        onProgress?.({ copiedPages: totalPages - remainingPages, totalPages }),
    });
  } finally {
    source.close();
  }
}
