// One SQLite connection. Statements run synchronously: several in a row, without an await between them, see one state.
import { DatabaseSync } from "node:sqlite";
import type { DatabaseSyncOptions, SQLInputValue, StatementSync } from "node:sqlite";
import { constraintError, damageOf, toOperationError } from "./sqlite-error.ts";
import type { Damage } from "./sqlite-error.ts";
import type { Compiled } from "../sql/dialect.ts";
import { words } from "../sql/statement.ts";
import type { Statement } from "../sql/statement.ts";
import { StorageOpenError } from "../storage-open-error.ts";

/** Opens a file. Injected, so that a test can put a faulty disk beneath. */
export type Connect = (path: string | URL, options: DatabaseSyncOptions) => DatabaseSync;

export const connectToFile: Connect = (path, options) => new DatabaseSync(path, options);

/** How long a statement waits for another process that looks at the file, a backup for one. It blocks this process. */
export const BUSY_TIMEOUT_MS = 250;
const PREPARED_STATEMENTS_MAX = 500;
/** Pages that many commits change alike go home once: 16 MiB of them at a time. */
const WAL_PAGES_PER_CHECKPOINT = 4_096;
const CACHE_KIBIBYTES = 32 * 1024;
const WAL_BYTES_KEPT_MAX = 64 * 1024 * 1024;
/** Up to 3.51.2, SQLite could corrupt a database when it reset the write-ahead log. */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;

export type RowsLeft = Iterator<unknown>;

export class Connection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  #damage: Damage | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** What the storage itself has failed with since the last {@link clearDamage}, whoever caught the error. */
  get damage(): Damage | undefined {
    return this.#damage;
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  clearDamage(): void {
    this.#damage = undefined;
  }

  all<Row>(statement: Statement<Row>): readonly Row[] {
    const compiled = statement.in("sqlite");
    return this.#guard(() =>
      this.#prepare(compiled.sql).all(...parametersOf(compiled)),
    ) as unknown as readonly Row[];
  }

  find<Row>(statement: Statement<Row>): Row | undefined {
    const compiled = statement.in("sqlite");
    return this.#guard(() =>
      this.#prepare(compiled.sql).get(...parametersOf(compiled)),
    ) as unknown as Row | undefined;
  }

  /** Answers with the number of rows changed. */
  run(statement: Statement<unknown>): number {
    const compiled = statement.in("sqlite");
    return this.#guard(() =>
      Number(this.#prepare(compiled.sql).run(...parametersOf(compiled)).changes),
    );
  }

  /** Rows that are fetched as they are asked for. The statement is their own, so several may go on at once. */
  open(statement: Statement<unknown>, returnArrays: boolean): RowsLeft {
    const compiled = statement.in("sqlite");
    return this.#guard(() =>
      this.#database.prepare(compiled.sql, { returnArrays }).iterate(...parametersOf(compiled)),
    );
  }

  fetch(rows: RowsLeft, limit: number): readonly unknown[] {
    return this.#guard(() => {
      const fetched: unknown[] = [];
      while (fetched.length < limit) {
        const step = rows.next();
        if (step.done === true) break;
        fetched.push(step.value);
      }
      return fetched;
    });
  }

  /** SQL without parameters: transaction control, pragmas, migrations. */
  execute(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /** Closes also within a transaction, which is then rolled back. */
  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= PREPARED_STATEMENTS_MAX) this.#prepared.clear();
    const prepared = this.#database.prepare(sql);
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #guard<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      const damage = damageOf(error);
      if (damage === undefined) throw constraintError(error) ?? error;
      this.#damage = damage;
      throw toOperationError(damage, error);
    }
  }
}

/** The one connection that writes. Every commit is on the disk when it returns (K1). */
export function openWriter(path: string, connect: Connect): Connection {
  const database = connect(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  return configure(database, (connection) => {
    demandWriteAheadLog(connection);
    connection.execute("pragma synchronous = full");
    // A savepoint keeps what it may have to put back; beyond a few pages it would go through a temporary file.
    connection.execute("pragma temp_store = memory");
    connection.execute(`pragma wal_autocheckpoint = ${WAL_PAGES_PER_CHECKPOINT}`);
    connection.execute(`pragma journal_size_limit = ${WAL_BYTES_KEPT_MAX}`);
  });
}

/** Sees what is committed and cannot write. */
export function openReader(path: string | URL, connect: Connect): Connection {
  const database = connect(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
  return configure(database, () => undefined);
}

function configure(database: DatabaseSync, pragmas: (connection: Connection) => void): Connection {
  const connection = new Connection(database);
  try {
    checkVersion(connection);
    pragmas(connection);
    // A file that is read as memory turns an I/O error into a dead process, and it has corrupted databases.
    connection.execute("pragma mmap_size = 0");
    connection.execute(`pragma cache_size = -${CACHE_KIBIBYTES}`);
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** SQLite answers with the mode that it has kept when it cannot have this one. */
function demandWriteAheadLog(connection: Connection): void {
  const row = connection.find(words<{ journal_mode: string }>("pragma journal_mode = wal"));
  if (row?.journal_mode === "wal") return;
  throw new StorageOpenError(
    78,
    "The file system of the data directory has no shared memory, which SQLite needs",
  );
}

function checkVersion(connection: Connection): void {
  const row = connection.find(words<{ version: string }>("select sqlite_version() as version"));
  const version = row?.version ?? "unknown";
  if (!isRecent(version)) {
    throw new StorageOpenError(
      78,
      `This Node carries SQLite ${version}, which can corrupt a database; Keyward needs ${SQLITE_VERSION_MIN.join(".")} or later`,
    );
  }
}

function isRecent(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [place, least] of SQLITE_VERSION_MIN.entries()) {
    const part = parts[place] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

function parametersOf({ parameters }: Compiled): SQLInputValue[] {
  return parameters as SQLInputValue[];
}
