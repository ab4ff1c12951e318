// Works in, commits out. Whoever writes in a workspace holds its row, so works of one workspace wait for each other anyway:
// here they wait in a lane of their own, and everything that waits goes into one transaction. Lanes go on side by side.
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { OperationError } from "@keyward/core/failure/failures";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { TenantScope, Writer } from "../storage.ts";
import type { Query } from "../sql/query.ts";
import type { Commits } from "./commits.ts";
import type { Connections } from "./connections.ts";
import { unavailable } from "./postgres-error.ts";
import { Semaphore } from "./semaphore.ts";
import type { Transaction } from "./transaction.ts";
import { Work } from "./work.ts";

/** Works that wait; one more is refused (K8). */
export const WAITING_WORKS_MAX = 4_096;
/** Bounds how long a commit takes, and so how long the first work in it waits. */
const WORKS_PER_COMMIT_MAX = 128;
/** Transactions that write at the same time. The connections beyond are for reading. */
const LANES_MAX = 10;

export interface WriteLanesParts {
  readonly connections: Connections;
  readonly commits: Commits;
  /** Tells the subscribers of what is durable, before it is acknowledged. */
  readonly publish: (changes: readonly CommittedChange[]) => Promise<void>;
  readonly onWritten: (error: OperationError | undefined) => void;
}

export class WriteLanes {
  readonly #parts: WriteLanesParts;
  readonly #waiting = new Map<TenantScope, Work[]>();
  readonly #draining = new Set<Promise<void>>();
  readonly #free = new Semaphore(LANES_MAX);
  #count = 0;
  #isClosed = false;

  constructor(parts: WriteLanesParts) {
    this.#parts = parts;
  }

  async write<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw unavailable(undefined, "Keyward is shutting down");
    if (this.#count >= WAITING_WORKS_MAX) {
      throw unavailable(undefined, "too many writes are waiting");
    }
    this.#count += 1;
    try {
      // It runs until it first asks for something, which tells in which workspace it writes.
      return await new Work((scope, each) => this.#enqueue(scope, each)).run(work);
    } finally {
      this.#count -= 1;
    }
  }

  /** Runs one query alone in a transaction of the workspace. */
  async writeQuery<Result>(scope: TenantScope, query: Query<Result>): Promise<Result> {
    if (this.#isClosed) throw unavailable(undefined, "Keyward is shutting down");
    return await new Work((of, each) => this.#enqueue(of, each)).runQuery(scope, query);
  }

  /** Refuses new works and waits for those that are there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#draining.size > 0) await Promise.all(this.#draining);
  }

  #enqueue(scope: TenantScope, work: Work): void {
    const lane = this.#waiting.get(scope);
    if (lane !== undefined) {
      lane.push(work);
      return;
    }
    const opened = [work];
    this.#waiting.set(scope, opened);
    const draining = this.#drain(scope, opened).finally(() => this.#draining.delete(draining));
    this.#draining.add(draining);
  }

  async #drain(scope: TenantScope, lane: Work[]): Promise<void> {
    // Lets everything that was asked for in this turn into the first commit.
    await nextTurn();
    while (lane.length > 0) {
      await this.#free.acquire();
      try {
        await this.#commitGroup(scope, lane.splice(0, WORKS_PER_COMMIT_MAX));
      } finally {
        this.#free.release();
      }
      await nextTurn();
    }
    this.#waiting.delete(scope);
  }

  async #commitGroup(scope: TenantScope, group: readonly Work[]): Promise<void> {
    const { connections, onWritten } = this.#parts;
    let transaction: Transaction | undefined;
    try {
      transaction = await connections.begin("write", scope);
      await transaction.enter(scope);
      await runAll(transaction, scope, group);
      if (group.some((work) => work.succeeded)) await this.#commit(transaction);
      else await transaction.rollback();
      onWritten(undefined);
    } catch (error) {
      await transaction?.rollback();
      const failure = error instanceof OperationError ? error : unavailable(error);
      onWritten(failure);
      for (const work of group) work.fail(failure);
      return;
    }
    await this.#acknowledge(group);
  }

  /** @throws OperationError when nothing was kept, or when that could not be found out (F15) */
  async #commit(transaction: Transaction): Promise<void> {
    const id = randomUUID();
    try {
      await transaction.commit(`insert into commits (id) values ('${id}'); `);
    } catch (error) {
      if (!transaction.isBroken) throw error;
      // Whether it was committed is not known by the one whom it was not told.
      if (!(await this.#parts.commits.isCommitted(id))) throw error;
    }
  }

  async #acknowledge(group: readonly Work[]): Promise<void> {
    const changes = Map.groupBy(
      group.flatMap((work) => work.changes),
      ({ workspaceId }) => workspaceId,
    );
    try {
      for (const ofWorkspace of changes.values()) await this.#parts.publish(ofWorkspace);
    } catch (error) {
      for (const work of group) work.fail(error);
      return;
    }
    for (const work of group) work.settle();
  }
}

/** One after another, each so that it leaves nothing behind should it fail. */
async function runAll(
  transaction: Transaction,
  scope: TenantScope,
  group: readonly Work[],
): Promise<void> {
  const [only] = group;
  if (group.length === 1) return await only?.perform(transaction);
  let before: "none" | "kept" | "undone" = "none";
  for (const work of group) {
    await transaction.nextWork(scope, before);
    await work.perform(transaction);
    before = work.succeeded ? "kept" : "undone";
  }
  await transaction.nextWork(scope, before);
}
