// Works in, commits out: everything that waits goes into one transaction, so that one fsync serves them all.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { CommittedChange } from "@keyward/core/feed/change";
import { OperationError } from "@keyward/core/failure/failures";
import type { StorageHealth, Writer } from "../storage.ts";
import { BUSY_TIMEOUT_MS } from "./connection.ts";
import type { Connection } from "./connection.ts";
import type { Recorded } from "../sql/record-change.ts";
import { words } from "../sql/statement.ts";
import { WorkWriter } from "../sql/work-writer.ts";
import { running } from "./drive.ts";
import type { RevocationLog } from "./revocation-log.ts";
import { toOperationError } from "./sqlite-error.ts";

/** Works that wait; one more is refused (K8). */
export const WAITING_WORKS_MAX = 4_096;
/** Bounds how long a commit takes, and so how long the first work in it waits. */
const WORKS_PER_COMMIT_MAX = 128;

const SAVEPOINT = words("savepoint work");
const RELEASE = words("release work");
const ROLLBACK_TO = words("rollback to work");
const BEGIN = words("begin immediate");
const COMMIT = words("commit");
const ROLLBACK = words("rollback");

/** Changes nothing, and needs all that a change needs. */
const PROBE = "begin immediate; update meta set value = value where name = 'epoch'; commit";

const WRITE_FAILED = "a write failed; restart Keyward";
const LOG_FAILED = "the revocation log cannot be written";

type Work = (writer: Writer) => Promise<unknown>;

interface Waiting {
  readonly work: Work;
  /** What it has written must be in the log before it is answered, whatever it has recorded. */
  readonly isLogged: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How a work came out, to be told once its commit is durable. */
type Outcome =
  | { readonly ok: true; readonly result: unknown; readonly recorded: readonly Recorded[] }
  | { readonly ok: false; readonly error: unknown };

type Listener = (changes: readonly CommittedChange[]) => void;

export class WriteQueue {
  readonly #connection: Connection;
  readonly #log: RevocationLog;
  readonly #waiting: Waiting[] = [];
  readonly #listeners: Listener[] = [];
  #draining: Promise<void> | undefined;
  /** Heals by itself. */
  #trouble: string | null = null;
  /** Ends with the process (F04): after a failed fsync nobody knows what the disk holds. */
  #failure: { readonly reason: string; readonly cause: unknown } | undefined;
  #maintenanceDue = false;
  #closed = false;

  constructor(connection: Connection, log: RevocationLog) {
    this.#connection = connection;
    this.#log = log;
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  health(): StorageHealth {
    const reason = this.#failure?.reason ?? this.#trouble;
    return { writable: reason === null, reason };
  }

  write<Result>(
    work: (writer: Writer) => Promise<Result>,
    { isLogged = false }: { readonly isLogged?: boolean } = {},
  ): Promise<Result> {
    if (this.#closed) return Promise.reject(unavailable("Keyward is shutting down"));
    if (this.#waiting.length >= WAITING_WORKS_MAX) {
      return Promise.reject(unavailable("too many writes are waiting"));
    }
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ work, isLogged, resolve, reject });
      this.#draining ??= this.#drain();
    }) as Promise<Result>;
  }

  /** Empties the write-ahead log before the next commit, and looks whether a trouble has passed. */
  maintain(): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#maintenanceDue = true;
    this.#draining ??= this.#drain();
  }

  /** Refuses new works and waits for those that are there. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    // Lets everything that was asked for in this turn into the first commit.
    await nextTurn();
    while (this.#waiting.length > 0 || this.#maintenanceDue) {
      if (this.#maintenanceDue) this.#runMaintenance();
      await this.#commitGroup(this.#waiting.splice(0, WORKS_PER_COMMIT_MAX));
      await nextTurn();
    }
    this.#draining = undefined;
  }

  #runMaintenance(): void {
    const connection = this.#connection;
    this.#maintenanceDue = false;
    connection.clearDamage();
    try {
      // A scan or a backup that still reads keeps the log from being emptied; the next time will do.
      connection.execute("pragma busy_timeout = 0");
      connection.execute("pragma wal_checkpoint(truncate)");
      connection.execute(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
      if (this.#trouble === null) return;
      connection.execute(PROBE);
      this.#trouble = null;
      this.#catchUpLog();
    } catch (error) {
      this.#abandon(error);
    }
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    if (this.#failure !== undefined) {
      const { reason, cause } = this.#failure;
      for (const waiting of group) waiting.reject(unavailable(reason, cause));
      return;
    }
    const outcomes: Outcome[] = [];
    try {
      this.#connection.clearDamage();
      this.#connection.run(BEGIN);
      for (const { work } of group) outcomes.push(await this.#runWork(work));
      this.#connection.run(COMMIT);
    } catch (error) {
      this.#abandon(error);
      for (const waiting of group) waiting.reject(error);
      return;
    }
    const unpublished = this.#publish(outcomes, group);
    for (const [index, waiting] of group.entries()) {
      const outcome = outcomes[index];
      const error = outcome === undefined ? undefined : unpublished.get(outcome);
      if (outcome === undefined) waiting.reject(unavailable("the work was not run"));
      else if (!outcome.ok) waiting.reject(outcome.error);
      else if (error !== undefined) waiting.reject(error);
      else waiting.resolve(outcome.result);
    }
  }

  /** @throws what the storage itself has failed with: then the whole group is lost, this work or another being the cause */
  async #runWork(work: Work): Promise<Outcome> {
    const connection = this.#connection;
    const writing = new WorkWriter(running(connection));
    connection.run(SAVEPOINT);
    let outcome: Outcome;
    try {
      const result = await work(writing.writer);
      outcome = { ok: true, result, recorded: writing.end() };
    } catch (error) {
      writing.abort();
      outcome = { ok: false, error };
    }
    // Also when the work has caught it: the transaction may be gone already.
    if (connection.damage !== undefined) {
      throw toOperationError(connection.damage, outcome.ok ? undefined : outcome.error);
    }
    if (!outcome.ok) connection.run(ROLLBACK_TO);
    connection.run(RELEASE);
    return outcome;
  }

  #abandon(error: unknown): void {
    this.#noteDamage(error);
    try {
      if (this.#connection.inTransaction) this.#connection.run(ROLLBACK);
    } catch (rollbackError) {
      this.#fail(WRITE_FAILED, rollbackError);
    }
  }

  #noteDamage(error: unknown): void {
    switch (this.#connection.damage) {
      case "full":
        this.#trouble = "disk full";
        return;
      case "busy":
        this.#trouble = "another program holds the database";
        return;
      case "failed":
      case undefined:
        this.#fail(WRITE_FAILED, error);
    }
  }

  /** Answers with the error that it met; the log is caught up as soon as that is possible. */
  #catchUpLog(): OperationError | undefined {
    try {
      this.#log.catchUp();
      return undefined;
    } catch (cause) {
      this.#trouble = LOG_FAILED;
      return unavailable(LOG_FAILED, cause);
    }
  }

  #fail(reason: string, cause: unknown): void {
    this.#failure ??= { reason, cause };
  }

  /** Log, then subscribers, of what is durable. Answers with what may not be acknowledged all the same, and why. */
  #publish(
    outcomes: readonly Outcome[],
    group: readonly Waiting[],
  ): ReadonlyMap<Outcome, OperationError> {
    const unpublished = new Map<Outcome, OperationError>();
    const ending = outcomes.filter((outcome, index) => {
      if (!outcome.ok) return false;
      const hasEnds = outcome.recorded.some(({ ends }) => ends.length > 0);
      return hasEnds || group[index]?.isLogged === true;
    });
    const isLogBehind = this.#trouble === LOG_FAILED;
    this.#trouble = null;
    if (ending.length > 0 || isLogBehind) {
      const error = this.#catchUpLog();
      if (error !== undefined) for (const outcome of ending) unpublished.set(outcome, error);
    }
    const error = this.#tellListeners(outcomes);
    if (error !== undefined) for (const outcome of outcomes) unpublished.set(outcome, error);
    return unpublished;
  }

  #tellListeners(outcomes: readonly Outcome[]): OperationError | undefined {
    const changes = outcomes.flatMap((outcome) =>
      outcome.ok ? outcome.recorded.map(({ committed }) => committed) : [],
    );
    if (changes.length === 0) return undefined;
    try {
      for (const listener of this.#listeners) listener(changes);
      return undefined;
    } catch (cause) {
      // Someone who decides by these changes has not seen them: nothing more may be promised (K2).
      this.#fail("a subscriber failed; restart Keyward", cause);
      return unavailable("a subscriber failed", cause);
    }
  }
}

function unavailable(detail: string, cause?: unknown): OperationError {
  return new OperationError("unavailable", { detail, cause });
}
