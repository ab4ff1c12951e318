// The ends of credentials and what was spent of credits, kept beside the database so that an older copy of it brings back neither
// (K10).
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

/** One line, too: what is to be taken for spent of credits. */
export interface LoggedMark {
  readonly epoch: string;
  /** Counts within the epoch, apart from the ends. */
  readonly mark: number;
  readonly workspaceId: WorkspaceId;
  readonly counter: string;
  readonly units: number;
}

/** A whole log, or several of them one after another. */
export interface RevocationLogText {
  /** Whose log it is: it holds every line of these, from their first on. */
  readonly epochs: ReadonlySet<string>;
  readonly ends: readonly LoggedEnd[];
  readonly marks: readonly LoggedMark[];
}

/** How far a log has come within its epoch. */
interface Reached {
  readonly epoch: string;
  readonly seq: number;
  readonly mark: number;
}

type LogLine =
  | { readonly kind: "epoch"; readonly epoch: string }
  | ({ readonly kind: "end"; readonly end: LoggedEnd } & Reached)
  | ({ readonly kind: "spent"; readonly spent: LoggedMark } & Reached);

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

const selectMarksAfter = prepared(({ mark, limit }: { mark: number; limit: number }) =>
  builder
    .selectFrom("credit_marks")
    .select(["seq", "workspace_id", "counter", "units"])
    .where("seq", ">", mark)
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
  const isOwn = last?.epoch === epoch;
  let { seq, mark } = isOwn && last.kind !== "epoch" ? last : { seq: 0, mark: 0 };
  if (!isOwn) append(`${JSON.stringify({ begins: epoch })}\n`);

  function append(text: string): void {
    const bytes = Buffer.from(text);
    writeAll(descriptor, bytes, position);
    fdatasyncSync(descriptor);
    position += bytes.length;
  }

  function catchUp(): void {
    for (;;) {
      const ends = connection.all(selectAfter({ seq, limit: ROWS_PER_READ }));
      const marks = connection.all(selectMarksAfter({ mark, limit: ROWS_PER_READ }));
      if (ends.length === 0 && marks.length === 0) return;
      const reached = { epoch, seq: ends.at(-1)?.seq ?? seq, mark };
      const lines = [
        ...ends.map((row) => formatEnd({ epoch, seq: row.seq, mark }, row)),
        ...marks.map((row) => formatMark({ ...reached, mark: row.seq }, row)),
      ];
      append(lines.join(""));
      seq = reached.seq;
      mark = marks.at(-1)?.seq ?? mark;
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
  const marks: LoggedMark[] = [];
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (parsed === undefined)
      throw new Error(`line ${index + 1} of ${path} is no line of a revocation log`);
    if (parsed.kind === "epoch") epochs.add(parsed.epoch);
    else if (parsed.kind === "end") ends.push(parsed.end);
    else marks.push(parsed.spent);
  }
  return { epochs, ends, marks };
}

/** The last number that this database gave out, whether or not its row is still there. */
export function lastRevocationSeq(connection: Connection): number {
  const query = builder
    .selectFrom("revocations")
    .select((expression) => expression.fn.max("seq").as("seq"));
  return connection.find<{ seq: number | null }>(statement(query))?.seq ?? 0;
}

/** The same of what was spent of credits. */
export function lastMark(connection: Connection): number {
  const query = builder
    .selectFrom("credit_marks")
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

interface MarkRow {
  readonly workspace_id: string;
  readonly counter: string;
  readonly units: number;
}

interface RevocationRow {
  readonly seq: number;
  readonly workspace_id: string;
  readonly key_id: string;
  readonly secret_id: string | null;
  readonly end_kind: string;
  readonly ends_at: number;
}

/** Each line says how far both have come, so that the last one tells what is missing. */
function formatEnd({ epoch, seq, mark }: Reached, row: RevocationRow): string {
  const { workspace_id, key_id, secret_id, end_kind } = row;
  const at = formatInstant(instant(row.ends_at));
  const line = { epoch, seq, mark, workspace_id, key_id, secret_id, end: end_kind, at };
  return `${JSON.stringify(line)}\n`;
}

function formatMark({ epoch, seq, mark }: Reached, row: MarkRow): string {
  const { workspace_id, counter, units } = row;
  return `${JSON.stringify({ epoch, seq, mark, workspace_id, counter, spent: units })}\n`;
}

function parseLine(line: string): LogLine | undefined {
  let value: Partial<Record<string, unknown>>;
  try {
    value = JSON.parse(line) as Partial<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  const { begins, epoch, seq, mark = 0 } = value;
  if (typeof begins === "string") return { kind: "epoch", epoch: begins };
  if (typeof epoch !== "string" || typeof seq !== "number" || typeof mark !== "number")
    return undefined;
  const reached = { epoch, seq, mark };
  const workspaceId = parseId("workspace", text(value["workspace_id"]));
  if (workspaceId === undefined) return undefined;
  return "counter" in value
    ? parseMark(value, reached, workspaceId)
    : parseEnd(value, reached, workspaceId);
}

function parseMark(
  { counter, spent: units }: Partial<Record<string, unknown>>,
  reached: Reached,
  workspaceId: WorkspaceId,
): LogLine | undefined {
  if (typeof counter !== "string" || typeof units !== "number") return undefined;
  const { epoch, mark } = reached;
  return { kind: "spent", ...reached, spent: { epoch, mark, workspaceId, counter, units } };
}

function parseEnd(
  value: Partial<Record<string, unknown>>,
  reached: Reached,
  workspaceId: WorkspaceId,
): LogLine | undefined {
  const id = text(value["key_id"]);
  const keyId: CredentialId | undefined = parseId("key", id) ?? parseId("client", id);
  const secretId = value["secret_id"] === null ? null : parseId("secret", text(value["secret_id"]));
  const at = parseInstant(text(value["at"]));
  const { end: kind } = value;
  if (kind !== "revoked" && kind !== "expires") return undefined;
  if (!keyId || secretId === undefined || at === undefined) return undefined;
  const { epoch, seq } = reached;
  return { kind: "end", ...reached, end: { epoch, seq, workspaceId, keyId, secretId, kind, at } };
}

/** Of a wrong type, nothing that any of the parsers takes. */
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
