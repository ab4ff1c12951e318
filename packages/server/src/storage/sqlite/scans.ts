// Scans on a connection of their own: its transaction is what keeps the moment.
import { lastRev, scanPages } from "../sql/feed-reader.ts";
import type { Scan } from "../sql/query.ts";
import { words } from "../sql/statement.ts";
import type { FeedReader, SubjectScan } from "../storage.ts";
import type { Connection } from "./connection.ts";
import { driveScan, driveSync } from "./drive.ts";

const BEGIN = words("begin");

/** Closes the connection at the end. */
export async function* scanning<Batch>(
  connection: Connection,
  scan: Scan<Batch>,
): AsyncGenerator<Batch> {
  try {
    connection.run(BEGIN);
    yield* driveScan(connection, scan);
  } finally {
    connection.close();
  }
}

type SubjectOf = Parameters<FeedReader["scanSubject"]>;

export function openSubject(
  connection: Connection,
  of: {
    readonly scope: SubjectOf[0];
    readonly subject: SubjectOf[1];
    readonly keys: SubjectOf[2];
  },
): SubjectScan {
  const { scope, subject, keys } = of;
  try {
    connection.run(BEGIN);
    const rev = driveSync(connection, lastRev(scope));
    const pages = driveScan(connection, scanPages(scope, subject, keys));
    return { rev, pages, close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}
