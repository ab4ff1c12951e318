import { setTimeout as delay } from "node:timers/promises";
import { words } from "../sql/statement.ts";
import { run } from "../sql/query.ts";
import type { Connections } from "./connections.ts";
import { unavailable } from "./postgres-error.ts";

/** For how long the fate of a transaction is asked for. */
const ASK_MS_MAX = 8_000;
const ASK_EVERY_MS = 200;

/** Finds out what became of transactions whose answer was lost (F15). */
export class Commits {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * Whether the transaction that was to leave this id was committed. Asked by leaving the id itself: the database lets that
   * wait while the other is still at it, refuses it when that one was committed, and lets it never be when this one was.
   *
   * @throws OperationError `unavailable` when the database does not answer in time: it may be either
   */
  async isCommitted(id: string): Promise<boolean> {
    const claim = words(`insert into commits (id) values ('${id}') on conflict do nothing`);
    const endMs = performance.now() + ASK_MS_MAX;
    for (;;) {
      try {
        const claimed = await this.#connections.write("*", (transaction) =>
          transaction.drive(run(claim)),
        );
        return claimed === 0;
      } catch (error) {
        if (performance.now() > endMs) {
          throw unavailable(
            error,
            "The answer of the database was lost. It may have been done: look",
          );
        }
        await delay(ASK_EVERY_MS);
      }
    }
  }

  /** Nobody asks for them any more. */
  async forget(): Promise<void> {
    const old = words("delete from commits where committed_at < now() - interval '1 day'");
    await this.#connections.write("*", (transaction) => transaction.drive(run(old)));
  }
}
