import type { CommittedChange } from "@keyward/core/feed/change";
import { OperationError } from "@keyward/core/failure/failures";
import { unavailable } from "./postgres-error.ts";
import type { Query } from "../sql/query.ts";
import { WorkWriter } from "../sql/work-writer.ts";
import type { TenantScope, Writer } from "../storage.ts";
import type { Transaction } from "./transaction.ts";

/** How a work came out, to be told once its commit is durable. */
type Outcome =
  | { readonly ok: true; readonly result: unknown; readonly changes: readonly CommittedChange[] }
  | { readonly ok: false; readonly error: unknown };

/** One work on its way: from its first question, through its turn in a transaction, to the acknowledgement. */
export class Work {
  readonly #enqueue: (scope: TenantScope, work: Work) => void;
  readonly #turn = Promise.withResolvers<Transaction>();
  readonly #performed = Promise.withResolvers<Outcome>();
  readonly #acknowledged = Promise.withResolvers<unknown>();
  #isQueued = false;
  #outcome: Outcome | undefined;

  constructor(enqueue: (scope: TenantScope, work: Work) => void) {
    this.#enqueue = enqueue;
    // Whoever never comes to its turn is told by way of the acknowledgement, once the work has come to its end.
    this.#turn.promise.catch(() => {});
    this.#acknowledged.promise.catch(() => {});
  }

  get succeeded(): boolean {
    return this.#outcome?.ok === true;
  }

  get changes(): readonly CommittedChange[] {
    return this.#outcome?.ok === true ? this.#outcome.changes : [];
  }

  async run<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result> {
    const writing = new WorkWriter(async (query, scope) =>
      this.#drive(scope as TenantScope, query),
    );
    let outcome: Outcome;
    try {
      const result = await work(writing.writer);
      const changes = writing.end().map(({ committed }) => committed);
      outcome = { ok: true, result, changes };
    } catch (error) {
      writing.abort();
      outcome = { ok: false, error };
    }
    return (await this.#end(outcome)) as Result;
  }

  async runQuery<Result>(scope: TenantScope, query: Query<Result>): Promise<Result> {
    let outcome: Outcome;
    try {
      outcome = { ok: true, result: await this.#drive(scope, query), changes: [] };
    } catch (error) {
      outcome = { ok: false, error };
    }
    return (await this.#end(outcome)) as Result;
  }

  /** Its turn has come: answers when it has done all that it wants to do in the transaction. */
  async perform(transaction: Transaction): Promise<void> {
    this.#turn.resolve(transaction);
    const outcome = await this.#performed.promise;
    this.#outcome = outcome;
    if (transaction.isBroken) throw outcome.ok ? unavailable(undefined) : outcome.error;
  }

  /** It is durable, as far as it succeeded. */
  settle(): void {
    const outcome = this.#outcome;
    if (outcome?.ok === true) this.#acknowledged.resolve(outcome.result);
    else this.#acknowledged.reject(outcome?.error);
  }

  /** The transaction is lost. What the work itself has failed with is its own. */
  fail(error: unknown): void {
    const own = this.#outcome?.ok === false ? this.#outcome.error : undefined;
    this.#turn.reject(error);
    this.#acknowledged.reject(own instanceof OperationError ? own : error);
  }

  async #drive<Result>(scope: TenantScope, query: Query<Result>): Promise<Result> {
    if (!this.#isQueued) {
      this.#isQueued = true;
      this.#enqueue(scope, this);
    }
    const transaction = await this.#turn.promise;
    await transaction.enter(scope);
    return await transaction.drive(query);
  }

  #end(outcome: Outcome): Promise<unknown> {
    if (this.#isQueued) {
      this.#performed.resolve(outcome);
      return this.#acknowledged.promise;
    }
    return outcome.ok ? Promise.resolve(outcome.result) : Promise.reject(outcome.error);
  }
}
