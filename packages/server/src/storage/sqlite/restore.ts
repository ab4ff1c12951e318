import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import type { AuditAction, AuditFacts } from "@keyward/core/audit/event";
import { formatId, ID_RANDOM_BYTES, parseId } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import type { JsonValue } from "@keyward/core/model/metadata";
import type { Client } from "@keyward/core/model/client";
import type { Key } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { tenantScope } from "../storage.ts";
import { checkCopy } from "./backup.ts";
import { WORKSPACE_COLUMNS } from "../sql/columns.ts";
import { connectToFile, openWriter } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { CopyRefused } from "./copy-refused.ts";
import type { CredentialEnd } from "../sql/credential-end.ts";
import {
  createDataDirectory,
  createFile,
  dataDirectory,
  syncDirectory,
  syncFile,
} from "./data-directory.ts";
import type { DataDirectory } from "./data-directory.ts";
import { readEpoch, renewEpoch } from "../sql/epoch.ts";
import { checkFile } from "./integrity.ts";
import { acquireLock } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { forgetAllSessions } from "../sql/people.ts";
import { answering } from "../sql/query.ts";
import { forgetAllCharges } from "../sql/charges.ts";
import { readerQueries } from "../sql/reader.ts";
import { driveSync, running } from "./drive.ts";
import { recordChange } from "../sql/record-change.ts";
import {
  lastMark,
  lastRevocationSeq,
  openRevocationLog,
  readRevocationLog,
} from "./revocation-log.ts";
import type { LoggedEnd, LoggedMark, RevocationLogText } from "./revocation-log.ts";
import { workspaceFromRow } from "../sql/rows.ts";
import { restoreSpent } from "../sql/units.ts";
import { builder, statement } from "../sql/statement.ts";

export interface RestoreOptions {
  readonly fromFile: string;
  readonly directory: string;
  /** A revocation log that was kept elsewhere. One that lies in the directory is always read. */
  readonly sinceLog?: string;
  /** Puts a database that is there aside, under a name of its own. Without it, one that is there is refused. */
  readonly overwrite?: boolean;
  /** Goes on without the log of the backup's epoch: keys that were revoked after the backup, and spent credits, may work again. */
  readonly acceptResurrection?: boolean;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RestoreSummary {
  readonly epoch: string;
  /** Keys that live in the backup and were ended again. */
  readonly endedKeyCount: number;
  /** Counters of credits of which the backup knew less to be spent. */
  readonly spentCreditCount: number;
  /** Where the database lies that was there before. */
  readonly replacedDatabase: string | null;
}

/**
 * Puts a backup in the place of the database, under a new epoch. What was revoked, or was to expire sooner, after the
 * backup is ended again before the database is in place, and what was spent of credits stays spent (K10).
 *
 * @throws CopyRefused, naming why
 * @throws StorageOpenError 70 or 78 when the backup cannot be used, 75 while Keyward runs on the directory
 */
export async function restoreDatabase(options: RestoreOptions): Promise<RestoreSummary> {
  const { fromFile, clock } = options;
  const directory = dataDirectory(options.directory);
  if (!existsSync(fromFile)) throw new CopyRefused("no_database", `there is no ${fromFile}`);
  checkFile(fromFile, connectToFile);
  checkCopy(fromFile, connectToFile);
  createDataDirectory(directory.path);
  const lock = acquireLock(directory.lock);
  const restoring = `${directory.database}.restoring`;
  try {
    if (existsSync(directory.database) && options.overwrite !== true) {
      throw new CopyRefused("database_exists", `${directory.database} is there already`);
    }
    const logs = readLogs(directory, options);
    removeDatabase(restoring);
    createFile(restoring);
    copyFileSync(fromFile, restoring);
    const restored = await rewrite(restoring, logs, options);
    if (options.sinceLog !== undefined) keepLog(directory, options.sinceLog);
    beginEpoch(directory, restoring, restored.epoch);
    syncFile(restoring);
    const replacedDatabase = putAside(directory, clock.now());
    renameSync(restoring, directory.database);
    syncDirectory(directory.path);
    return { ...restored, replacedDatabase };
  } finally {
    removeDatabase(restoring);
    lock.release();
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

function readLogs(
  directory: DataDirectory,
  { sinceLog }: RestoreOptions,
): readonly RevocationLogText[] {
  const paths = [directory.revocationLog].filter(existsSync);
  if (sinceLog !== undefined) paths.push(sinceLog);
  return paths.map(readLog);
}

function readLog(path: string): RevocationLogText {
  try {
    return readRevocationLog(path);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CopyRefused("revocation_log_damaged", message, { cause });
  }
}

async function rewrite(
  path: string,
  logs: readonly RevocationLogText[],
  sources: Pick<RestoreOptions, "clock" | "random" | "acceptResurrection">,
): Promise<Omit<RestoreSummary, "replacedDatabase">> {
  const connection = openWriter(path, connectToFile);
  try {
    migrate(connection, sources.clock);
    const formerEpoch = driveSync(connection, readEpoch());
    const ends = logs.flatMap((log) => log.ends);
    const marks = logs.flatMap((log) => log.marks);
    const hasLog = logs.some(({ epochs }) => epochs.has(formerEpoch));
    if (hasLog) checkReach(connection, { ends, marks });
    else if (sources.acceptResurrection !== true) throw noLog(formerEpoch);
    connection.execute("begin immediate");
    const epoch = driveSync(connection, renewEpoch(sources.random));
    const factsOf = factMaker(sources);
    driveSync(connection, forgetAllSessions());
    driveSync(connection, forgetAllCharges());
    const endedKeyCount = await endAgain(connection, ends, factsOf);
    await endTokens(connection, factsOf, sources.clock.now());
    const spentCreditCount = await spendAgain(connection, marks);
    recordRestore(connection, factsOf, {
      former_epoch: formerEpoch,
      revocation_log: hasLog,
      spent_credits: spentCreditCount,
    });
    connection.execute("commit");
    return { epoch, endedKeyCount, spentCreditCount };
  } finally {
    connection.close();
  }
}

/** A log of other data, such as a new machine's own, knows nothing of what was revoked in these. */
function noLog(epoch: string): CopyRefused {
  return new CopyRefused(
    "no_revocation_log",
    `without a revocation log of the backup's epoch ${epoch}, keys that were revoked after the backup would work again`,
  );
}

/** A log that ends before the backup does is an old copy: what happened since is not in it. */
function checkReach(
  connection: Connection,
  { ends, marks }: Pick<RevocationLogText, "ends" | "marks">,
): void {
  const epoch = driveSync(connection, readEpoch());
  const seqs = ends.filter((end) => end.epoch === epoch).map(({ seq }) => seq);
  const ofCredits = marks.filter((each) => each.epoch === epoch).map(({ mark }) => mark);
  for (const [logged, inBackup, what] of [
    [new Set(seqs), lastRevocationSeq(connection), "entry"],
    [new Set(ofCredits), lastMark(connection), "mark"],
  ] as const) {
    const last = [...logged].reduce((one, other) => Math.max(one, other), inBackup);
    for (let number = 1; number <= last; number++) {
      if (logged.has(number)) continue;
      throw new CopyRefused(
        "revocation_log_too_old",
        `the revocation log lacks ${what} ${number} of epoch ${epoch}, which comes before the end of the backup or of the log itself`,
      );
    }
  }
}

type FactMaker = (action: AuditAction, detail: AuditFacts["detail"]) => AuditFacts;

function factMaker({ clock, random }: { clock: Clock; random: Random }): FactMaker {
  return (action, detail) => {
    const at = clock.now();
    const id = formatId("event", at, random.bytes(ID_RANDOM_BYTES));
    const actor = { type: "system", id: "restore", ip: null } as const;
    return { id, at, actor, action, requestId: null, detail };
  };
}

async function endAgain(
  connection: Connection,
  ends: readonly LoggedEnd[],
  factsOf: FactMaker,
): Promise<number> {
  const reader = answering(readerQueries, running(connection));
  let count = 0;
  const byKey = Map.groupBy(ends, (end) => `${end.workspaceId} ${end.keyId}`);
  for (const ofKey of byKey.values()) {
    const [first] = ofKey;
    if (first === undefined) continue;
    const scope = tenantScope(first.workspaceId);
    const id = parseId("key", first.keyId);
    if (id === undefined) {
      count += await endClientAgain(connection, ofKey, factsOf);
      continue;
    }
    const found = await reader.findKey(scope, id);
    if (found === undefined) continue;
    const value = ofKey.reduce(withEnd, found.value);
    if (value === found.value) continue;
    const action = value.state === "revoked" ? "key.revoked" : "key.updated";
    const facts = factsOf(action, { revoked_before_restore: value.state === "revoked" });
    driveSync(connection, recordChange(scope, { entity: "key", id: value.id, value }, facts));
    count += 1;
  }
  return count;
}

/** @returns of how many counters the backup knew less to be spent */
async function spendAgain(connection: Connection, marks: readonly LoggedMark[]): Promise<number> {
  const reader = answering(readerQueries, running(connection));
  let count = 0;
  const byCounter = Map.groupBy(marks, (each) => `${each.workspaceId} ${each.counter}`);
  for (const ofCounter of byCounter.values()) {
    const [first] = ofCounter;
    if (first === undefined) continue;
    const scope = tenantScope(first.workspaceId);
    // Of a workspace that was founded after the backup, nothing is left to spend.
    if ((await reader.findWorkspace(scope)) === undefined) continue;
    const units = ofCounter.reduce((most, each) => Math.max(most, each.units), 0);
    if (driveSync(connection, restoreSpent(scope, first.counter, units))) count += 1;
  }
  return count;
}

/** @returns how many were ended: one or none */
async function endClientAgain(
  connection: Connection,
  ends: readonly LoggedEnd[],
  factsOf: FactMaker,
): Promise<number> {
  const [first] = ends;
  const id = first && parseId("client", first.keyId);
  if (first === undefined || id === undefined) return 0;
  const scope = tenantScope(first.workspaceId);
  const found = await answering(readerQueries, running(connection)).findClient(scope, id);
  if (found === undefined) return 0;
  const value = ends.reduce(clientWithEnd, found.value);
  if (value === found.value) return 0;
  const action = value.state === "revoked" ? "client.revoked" : "client.updated";
  const facts = factsOf(action, { revoked_before_restore: value.state === "revoked" });
  driveSync(connection, recordChange(scope, { entity: "client", id, value }, facts));
  return 1;
}

function clientWithEnd(client: Client, end: CredentialEnd): Client {
  if (client.state === "revoked") return client;
  if (end.secretId === null) return { ...client, state: "revoked", revokedAt: end.at };
  const secrets = withEndOf(client.secrets, end);
  return secrets === client.secrets ? client : { ...client, secrets };
}

/** Whose tokens were revoked after the backup is not known; none lives for long, so that all of them end (K10). */
async function endTokens(connection: Connection, factsOf: FactMaker, now: Instant): Promise<void> {
  const reader = answering(readerQueries, running(connection));
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of connection.all(statement(workspaces))) {
    const scope = tenantScope(workspaceFromRow(row).id);
    for (let after: string | null = null; ;) {
      const page = await reader.listClients(scope, {}, { limit: 250, after });
      for (const { value: client } of page.items) {
        const value = { ...client, revokedBefore: now };
        const facts = factsOf("client.tokens_revoked", {});
        driveSync(
          connection,
          recordChange(scope, { entity: "client", id: client.id, value }, facts),
        );
      }
      after = page.items.at(-1)?.value.id ?? null;
      if (!page.more) break;
    }
  }
}

/** The same key when this end changes nothing. A secret that was revoked stays in sight, with an expiry in the past. */
function withEnd(key: Key, end: CredentialEnd): Key {
  if (key.state === "revoked") return key;
  if (end.secretId === null) {
    if (end.kind === "revoked") return { ...key, state: "revoked", revokedAt: end.at };
    return isSooner(end.at, key.expiresAt) ? { ...key, expiresAt: end.at } : key;
  }
  const secrets = withEndOf(key.secrets, end);
  return secrets === key.secrets ? key : { ...key, secrets };
}

/** The same list when this end changes nothing. */
function withEndOf(before: Key["secrets"], end: CredentialEnd): Key["secrets"] {
  const secrets = before.map((secret) =>
    secret.id === end.secretId && isSooner(end.at, secret.expiresAt)
      ? { ...secret, expiresAt: end.at }
      : secret,
  );
  return secrets.some((secret, index) => secret !== before[index]) ? secrets : before;
}

function isSooner(at: Instant, than: Instant | null): boolean {
  return than === null || at < than;
}

/** The audit log of every workspace says what happened to it. */
function recordRestore(
  connection: Connection,
  factsOf: FactMaker,
  detail: { readonly [name: string]: JsonValue },
): void {
  const query = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of connection.all(statement(query))) {
    const value = workspaceFromRow(row);
    const id: WorkspaceId = value.id;
    const facts = factsOf("workspace.restored", detail);
    driveSync(connection, recordChange(tenantScope(id), { entity: "workspace", id, value }, facts));
  }
}

/** A later restore needs what this log knows, even of keys that this backup does not have. */
function keepLog(directory: DataDirectory, sinceLog: string): void {
  const { revocationLog } = directory;
  if (existsSync(revocationLog) && realpathSync(revocationLog) === realpathSync(sinceLog)) return;
  if (!existsSync(revocationLog)) createFile(revocationLog);
  const own = readFileSync(revocationLog, "utf8");
  const text = readFileSync(sinceLog, "utf8");
  // An unfinished line of either would run into the next.
  const separator = own === "" || own.endsWith("\n") ? "" : "\n";
  appendFileSync(revocationLog, separator + text.slice(0, text.lastIndexOf("\n") + 1));
  syncFile(revocationLog);
}

/** From here on the log is that of the restored data too, so that a backup taken before the first start can use it. */
function beginEpoch(directory: DataDirectory, database: string, epoch: string): void {
  const connection = openWriter(database, connectToFile);
  try {
    const log = openRevocationLog(directory.revocationLog, connection, epoch);
    try {
      log.catchUp();
    } finally {
      log.close();
    }
  } finally {
    connection.close();
  }
}

/** A crash between these renames leaves a directory that Keyward refuses to open, never an empty database. */
function putAside(directory: DataDirectory, now: Instant): string | null {
  const { database } = directory;
  if (!existsSync(database)) return null;
  const aside = `${database}.replaced-${now}`;
  renameSync(database, aside);
  if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${aside}-wal`);
  rmSync(`${database}-shm`, { force: true });
  return aside;
}
