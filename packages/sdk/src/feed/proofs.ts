// The head answers of one epoch, and what they prove: spec/feed.md §6.
import type { ClockReading } from "./freshness.ts";

interface Pending {
  readonly sentAt: ClockReading;
  readonly rev: number;
}

/** At one head a second, more than any verifier trusts itself for without a proof. */
const PENDING_MAX = 1_024;

/**
 * The latest instant for which it is known that everything from before it has been applied. An answer counts for the instant
 * at which its request was sent, once its rev has been applied; until then it waits.
 */
export class Proofs {
  #latest: ClockReading | undefined;
  #pending: Pending[] = [];

  get latest(): ClockReading | undefined {
    return this.#latest;
  }

  /** The highest rev that an answer waits for; 0 where none waits. */
  get awaitedRev(): number {
    return this.#pending.reduce((highest, { rev }) => Math.max(highest, rev), 0);
  }

  add(sentAt: ClockReading, rev: number, applied: number): void {
    this.#pending.push({ sentAt, rev });
    if (this.#pending.length > PENDING_MAX) this.#pending.shift();
    this.settle(applied);
  }

  /** To be called after everything up to `applied` has been applied. */
  settle(applied: number): void {
    const due = this.#pending.filter(({ rev }) => rev <= applied);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter(({ rev }) => rev > applied);
    for (const { sentAt } of due) this.#prove(sentAt);
  }

  /** Answers may overtake one another: what was proved does not become older. */
  #prove(sentAt: ClockReading): void {
    if (this.#latest === undefined || sentAt.monotonicMs > this.#latest.monotonicMs) {
      this.#latest = sentAt;
    }
  }
}
