import type { Key } from "@keyward/sdk/client/operations.generated";
import { Command } from "commander";
import { globalsOf, openSession, outputOf } from "../cli.ts";
import type { Session } from "../cli.ts";
import { PartlyDone, UsageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printable } from "../printable.ts";
import { digestOf } from "../scan/finding.ts";
import type { Finding } from "../scan/finding.ts";
import { scanPath, scanPieces } from "../scan/scan-files.ts";
import { scanHistory } from "../scan/scan-history.ts";
import type { Column } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { reasonOf } from "../system-error.ts";
import { collect } from "../values.ts";

/** More places than anybody mends one by one. */
const FINDINGS_MAX = 10_000;

interface Options {
  readonly git?: boolean;
  readonly brand?: readonly string[];
  readonly identify?: boolean;
}

/** As JSON shows it: enough to find the key, and nothing to use it by. */
interface Row {
  readonly file: string;
  readonly commit: string | null;
  readonly line: number;
  readonly column: number;
  readonly prefix: string;
  readonly kind: string;
  readonly environment: string;
  readonly hint: string;
  readonly digest: string;
  /** Only where Keyward was asked; `null` when it knows no such key. */
  readonly key?: Pick<Key, "id" | "name" | "status"> | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { heading: "place", value: placeOf, whole: true },
  { heading: "key", value: ({ prefix, hint }) => `${prefix}…${hint}`, whole: true },
];

const IDENTITY_COLUMNS: readonly Column<Row>[] = [
  { heading: "id", value: ({ key }) => key?.id ?? "", whole: true },
  { heading: "status", value: ({ key }) => key?.status ?? "unknown", whole: true },
  { heading: "name", value: ({ key }) => key?.name ?? "" },
];

export function scan(terminal: Terminal): Command {
  const command = new Command("scan")
    .description("Find keys in files, in text or in a git history; exit code 11 when there are any")
    .argument("<path>", "a file or a folder; - reads standard input")
    .option("--git", "scan all that the commits of the repository at this path ever brought")
    .option("--brand <brand>", "keys with this prefix only; may be repeated", collect)
    .option("--identify", "ask Keyward which keys they are, and whether they still work");
  return command.action(async (path: string, options: Options) => {
    const session = options.identify ? await openSession(terminal, command) : undefined;
    const result = await run(terminal, path, options);
    const rows = await rowsOf(result.findings, session);
    const isJson = globalsOf(command).json ?? false;
    if (rows.length > 0 || isJson) {
      const columns = session === undefined ? COLUMNS : [...COLUMNS, ...IDENTITY_COLUMNS];
      outputOf(terminal, command).list({ data: rows, next_cursor: null }, columns);
    }
    terminal.note(summaryOf(rows, result.scanned));
    if (result.unreadableCount > 0) throw new PartlyDone(unreadableText(result.unreadableCount));
    if (rows.length > 0) terminal.endWith(EXIT_CODES.found.code);
  });
}

interface Scanned {
  readonly findings: readonly Finding[];
  readonly unreadableCount: number;
  readonly scanned: string;
}

async function run(terminal: Terminal, path: string, options: Options): Promise<Scanned> {
  const brands = new Set(options.brand);
  const findings: Finding[] = [];
  let readCount = 0;
  let unreadableCount = 0;
  const onRead = () => {
    readCount += 1;
  };
  const onUnreadable = (error: unknown) => {
    unreadableCount += 1;
    const where = error instanceof Error && "path" in error ? `${String(error.path)}: ` : "";
    terminal.note(printable(`keyward: cannot read ${where}${reasonOf(error)}`) + "\n");
  };
  const isHistory = options.git ?? false;
  if (isHistory && path === "-") throw new UsageError("--git takes the path of a repository");
  const all = isHistory
    ? firstsOf(scanHistory(path, onRead))
    : path === "-"
      ? scanPieces(terminal.pieces(), "-")
      : scanPath(path, { onFile: onRead, onUnreadable });
  for await (const finding of all) {
    if (brands.size > 0 && !brands.has(finding.key.brand)) continue;
    findings.push(finding);
    if (findings.length > FINDINGS_MAX) {
      throw new UsageError(
        `there are keys in more than ${FINDINGS_MAX} places`,
        "scan less at once",
      );
    }
  }
  const unit = isHistory ? "commit" : "file";
  const scanned = path === "-" ? "standard input" : counted(readCount, unit);
  return { findings, unreadableCount, scanned };
}

/** A merge brings again what its branch has brought: each key is named once for each file. */
async function* firstsOf(findings: AsyncIterable<Finding>): AsyncGenerator<Finding> {
  const seen = new Set<string>();
  for await (const finding of findings) {
    const place = `${finding.file}\0${finding.key.text}`;
    if (seen.has(place)) continue;
    seen.add(place);
    yield finding;
  }
}

async function rowsOf(
  findings: readonly Finding[],
  session: Session | undefined,
): Promise<readonly Row[]> {
  const known = new Map<string, Row["key"]>();
  const rows: Row[] = [];
  for (const finding of findings) {
    const { file, commit, key } = finding;
    const { line, column, brand, tag, kind, environment, hint } = key;
    const digest = digestOf(finding);
    const row = { file, commit, line, column, prefix: `${brand}_${tag}_`, kind, environment };
    if (session !== undefined && !known.has(digest))
      known.set(digest, await identify(session, key.text));
    const identity = known.get(digest);
    rows.push({ ...row, hint, digest, ...(identity === undefined ? {} : { key: identity }) });
  }
  return rows;
}

async function identify(
  { client }: Session,
  text: string,
): Promise<NonNullable<Row["key"]> | null> {
  const [key] = (await client.keys.search({ q: text, limit: 1 })).data;
  if (key === undefined) return null;
  return { id: key.id, name: key.name, status: key.status };
}

function placeOf({ file, commit, line, column }: Row): string {
  return `${commit === null ? "" : `${commit.slice(0, 12)}:`}${file}:${line}:${column}`;
}

function summaryOf(rows: readonly Row[], scanned: string): string {
  const keyCount = new Set(rows.map(({ digest }) => digest)).size;
  if (keyCount === 0) return `No keys in ${scanned}.\n`;
  return `${counted(keyCount, "key")} in ${counted(rows.length, "place")}, in ${scanned}. Revoke each: what was seen once is known for ever.\n`;
}

function unreadableText(count: number): string {
  return `${counted(count, "file")} could not be read`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
