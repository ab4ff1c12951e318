import { strict as assert } from "node:assert";
import { OperationError } from "@keyward/core/failure/failures";
import type { Reader, Writer } from "../storage.ts";
import { eventsWriter } from "./events.ts";
import { loginWriter } from "./logins.ts";
import { putToken, useOnce } from "./oauth-writes.ts";
import { peopleWriter } from "./people.ts";
import { answering, run } from "./query.ts";
import type { Queries, Run } from "./query.ts";
import { readerQueries } from "./reader.ts";
import { recordChange } from "./record-change.ts";
import type { Recorded } from "./record-change.ts";
import { insertReply } from "./replies.ts";
import { putApplication } from "./policies.ts";
import { putProgress } from "./revocation-jobs.ts";

const writerQueries: Queries<Omit<Writer, keyof Reader | "record">> = {
  ...peopleWriter,
  ...eventsWriter,
  ...loginWriter,
  useOnce,
  keepProgress: putProgress,
  keepApplication: putApplication,

  *keepToken(scope, token) {
    assert.equal(token.workspaceId, scope, "a token stays in its scope");
    yield* putToken(token);
  },

  *keepReply(scope, reply) {
    yield* run(insertReply(scope, reply));
  },
};

/** What one work holds. It ends with the work, whoever keeps it. */
export class WorkWriter {
  readonly writer: Writer;
  readonly #recorded: Recorded[] = [];
  #spoiled: { readonly error: unknown } | undefined;
  #ended = false;

  /** @param runQuery runs a query in the transaction that is open */
  constructor(runQuery: Run) {
    const runHere: Run = async (query, scope) => {
      this.#assertOpen();
      return await runQuery(query, scope);
    };
    this.writer = {
      ...answering(readerQueries, runHere),
      ...answering(writerQueries, runHere),
      record: async (scope, change, facts) => {
        try {
          const recorded = await runHere(recordChange(scope, change, facts), scope);
          this.#recorded.push(recorded);
          return recorded.committed.rev;
        } catch (error) {
          // A name that is taken has left nothing behind, and a work may go on from it.
          if (!(error instanceof OperationError)) this.#spoiled = { error };
          throw error;
        }
      },
    };
  }

  /** @throws the error of a change that was left half done, should the work have caught it */
  end(): readonly Recorded[] {
    this.#ended = true;
    if (this.#spoiled !== undefined) throw this.#spoiled.error;
    return this.#recorded;
  }

  abort(): void {
    this.#ended = true;
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error("the writer of a work was used after the work had ended");
  }
}
