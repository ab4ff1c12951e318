// The ends of credentials, kept beside the database so that an older copy of it cannot bring them back (K10).
// docs/decisions/0005-revocations-outlive-the-database.md walks through the crash windows.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { parseId } from "@keyward/core/id";
import type { CredentialId, WorkspaceId } from "@keyward/core/id";
import { formatInstant, instant, parseInstant } from "@keyward/core/time";
import { builder, prepared, statement } from "../sql/statement.ts";
import type { Connection } from "./connection.ts";
import { createFile, syncDirectory } from "./data-directory.ts";
import type { CredentialEnd } from "../sql/credential-end.ts";

/** One line of the log. */
export interface LoggedEnd extends CredentialEnd {
  /** Of the database that wrote the line. */
  readonly epoch: string;
  /** Counts within the epoch. */
  readonly seq: number;
  readonly workspaceId: WorkspaceId;
}

/** A whole log, or several of them one after another. */
export interface RevocationLogText {
  /** Whose log it is: it holds every end of these, from their first on. */
  readonly epochs: ReadonlySet<string>;
  readonly ends: readonly LoggedEnd[];
}

/** One line: the end of a credential, or the epoch whose lines follow. */
type LogLine = LoggedEnd | { readonly begins: string };

const TAIL_BYTES = 4096;
const ROWS_PER_READ = 1_000;

const selectAfter = prepared(({ seq, limit }: { seq: number; limit: number }) =>
  builder
    .selectFrom("revocations")
    .select(["seq", "workspace_id", "key_id", "secret_id", "end_kind", "ends_at"])
    .where("seq", ">", seq)
    .orderBy("seq")
    .limit(limit),
);

export interface RevocationLog {
  /** Writes what the database has and the log has not. On the disk when it returns. */
  catchUp(): void;
  close(): void;
}

/**
 * Opens the log for appending. A last line that a crash has cut short is taken away: its row is still in the database.
 * A log of an earlier epoch is continued, with everything that this database knows. Each epoch begins with a line that
 * names it, on the disk when this returns: an empty log could be anybody's, and would prove nothing to a restore.
 */
export function openRevocationLog(
  path: string,
  connection: Connection,
  epoch: string,
): RevocationLog {
  if (!existsSync(path)) {
    createFile(path);
    syncDirectory(dirname(path));
  }
  const descriptor = openSync(path, "r+");
  let position = cutUnfinishedLine(descriptor);
  const last = lastLine(descriptor, position);
  let seq = last !== undefined && "seq" in last && last.epoch === epoch ? last.seq : 0;
  if (last === undefined || epochOf(last) !== epoch)
    append(`${JSON.stringify({ begins: epoch })}\n`);

  function append(text: string): void {
    const bytes = Buffer.from(text);
    writeAll(descriptor, bytes, position);
    fdatasyncSync(descriptor);
    position += bytes.length;
  }

  function catchUp(): void {
    for (;;) {
      const rows = connection.all(selectAfter({ seq, limit: ROWS_PER_READ }));
      const lastRow = rows.at(-1);
      if (lastRow === undefined) return;
      append(rows.map((row) => formatRow(epoch, row)).join(""));
      seq = lastRow.seq;
    }
  }

  return { catchUp, close: () => closeSync(descriptor) };
}

/** Reads a whole log. @throws Error naming the line that is not one of ours; an unfinished last line is none. */
export function readRevocationLog(path: string): RevocationLogText {
  const text = readFileSync(path, "utf8");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  lines.pop();
  const epochs = new Set<string>();
  const ends: LoggedEnd[] = [];
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (parsed === undefined)
      throw new Error(`line ${index + 1} of ${path} is no line of a revocation log`);
    if ("begins" in parsed) epochs.add(parsed.begins);
    else ends.push(parsed);
  }
  return { epochs, ends };
}

/** The last number that this database gave out, whether or not its row is still there. */
export function lastRevocationSeq(connection: Connection): number {
  const query = builder
    .selectFrom("revocations")
    .select((expression) => expression.fn.max("seq").as("seq"));
  return connection.find<{ seq: number | null }>(statement(query))?.seq ?? 0;
}

function cutUnfinishedLine(descriptor: number): number {
  const size = fstatSync(descriptor).size;
  const start = Math.max(0, size - TAIL_BYTES);
  const end = start + readTail(descriptor, start, size).lastIndexOf("\n") + 1;
  if (end < size) ftruncateSync(descriptor, end);
  return end;
}

function lastLine(descriptor: number, size: number): LogLine | undefined {
  const start = Math.max(0, size - TAIL_BYTES);
  const line = readTail(descriptor, start, size).trimEnd().split("\n").at(-1);
  return line === undefined ? undefined : parseLine(line);
}

/** Positions count bytes: the log is ASCII, and so a character is one. */
function readTail(descriptor: number, start: number, end: number): string {
  const bytes = Buffer.alloc(end - start);
  readSync(descriptor, bytes, 0, bytes.length, start);
  return bytes.toString("latin1");
}

/** At a given place, so that what a full disk has cut short is written over, not continued. */
function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}

interface RevocationRow {
  readonly seq: number;
  readonly workspace_id: string;
  readonly key_id: string;
  readonly secret_id: string | null;
  readonly end_kind: string;
  readonly ends_at: number;
}

function formatRow(epoch: string, row: RevocationRow): string {
  const { seq, workspace_id, key_id, secret_id, end_kind } = row;
  const at = formatInstant(instant(row.ends_at));
  return `${JSON.stringify({ epoch, seq, workspace_id, key_id, secret_id, end: end_kind, at })}\n`;
}

function epochOf(line: LogLine): string {
  return "begins" in line ? line.begins : line.epoch;
}

function parseLine(line: string): LogLine | undefined {
  let value: Partial<Record<string, unknown>>;
  try {
    value = JSON.parse(line) as Partial<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  const { begins, epoch, seq, end: kind } = value;
  if (typeof begins === "string") return { begins };
  const workspaceId = parseId("workspace", text(value["workspace_id"]));
  const id = text(value["key_id"]);
  const keyId: CredentialId | undefined = parseId("key", id) ?? parseId("client", id);
  const secretId = value["secret_id"] === null ? null : parseId("secret", text(value["secret_id"]));
  const at = parseInstant(text(value["at"]));
  if (typeof epoch !== "string" || typeof seq !== "number") return undefined;
  if (kind !== "revoked" && kind !== "expires") return undefined;
  if (!workspaceId || !keyId || secretId === undefined || at === undefined) return undefined;
  return { epoch, seq, workspaceId, keyId, secretId, kind, at };
}

/** Of a wrong type, nothing that any of the parsers takes. */
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
