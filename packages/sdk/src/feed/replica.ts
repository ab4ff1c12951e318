// What a verifier holds of one subject in one epoch, and where it stands: spec/feed.md §3 to §5 and §8.
import type { Batch, SnapshotStart } from "@keyward/core/feed/lines";
import type { LookupAnswer } from "@keyward/core/feed/questions";
import type { FeedSubject } from "@keyward/core/feed/subject";
import { Verifier } from "../verifier/verifier.ts";
import { HotSet } from "./hot-set.ts";

export class Replica {
  readonly epoch: string;
  readonly subject: FeedSubject;
  readonly verifier: Verifier;
  readonly #hotSet: HotSet | undefined;
  #applied: number;

  /**
   * Empty, and standing at the snapshot's rev: its items are to be applied to the verifier before it is used.
   *
   * @param keysMax how many keys it may hold; all of them if left out
   */
  constructor({ epoch, subject, rev }: Omit<SnapshotStart, "type">, keysMax?: number) {
    this.epoch = epoch;
    this.subject = subject;
    this.verifier = new Verifier(keysMax);
    this.#hotSet = keysMax === undefined ? undefined : new HotSet(this.verifier, rev);
    this.#applied = rev;
  }

  /** Whether a key that it does not know may exist all the same, however long it has been there. */
  get isPartial(): boolean {
    return this.#hotSet !== undefined;
  }

  /** The rev up to which every change has been applied. Fills do not move it. */
  get applied(): number {
    return this.#applied;
  }

  /**
   * Applies a batch that begins where this stands; false for any other, which leaves it as it was.
   *
   * @throws Error when the feed contradicts itself; this must then be discarded, because the batch may be half applied
   */
  apply(batch: Batch): boolean {
    const { from, to } = batch;
    if (from !== this.#applied) return false;
    const changes = this.#hotSet?.keep(batch) ?? batch.changes;
    // What is unknown and as old as an earlier deletion would be taken for the thing deleted; but what comes in order is
    // newer than everything before, even where only the key that refers to it is.
    const current = changes.map((each) => (each.rev > from ? each : { ...each, rev: to }));
    // Deletions last, for the same reason: an id is never given twice, so nothing follows its own deletion.
    this.verifier.apply(current.filter(({ change }) => change.value !== null));
    this.verifier.apply(current.filter(({ change }) => change.value === null));
    this.#applied = to;
    return true;
  }

  /**
   * Takes in what a look-up found. Who holds every key drops an answer that is not ahead of what was applied: whatever it
   * could say is known here already, and better. A {@link HotSet} compares what it says with what has changed. So a look-up
   * that was overtaken by a revocation cannot bring the key back (T21).
   *
   * @throws Error as {@link Replica.apply} does
   */
  fill(answer: LookupAnswer): void {
    const { rev, changes } = answer;
    // An opaque token comes with no change: it is told of here alone, and its revocation, if that came first, is known.
    const tokens = changes.filter(({ change }) => change.entity === "token");
    if (this.#hotSet === undefined) {
      this.verifier.apply(rev > this.#applied ? changes : tokens);
      return;
    }
    if (!this.#hotSet.mayTakeIn(answer)) return;
    this.verifier.apply(changes);
    this.#hotSet.makeRoom(this.#applied);
  }
}
