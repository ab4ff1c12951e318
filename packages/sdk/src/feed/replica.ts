// What a verifier holds of one subject in one epoch, and where it stands: spec/feed.md §3 to §5 and §8.
import type { Batch, SnapshotStart } from "@keyward/core/feed/lines";
import type { LookupAnswer } from "@keyward/core/feed/questions";
import type { FeedSubject } from "@keyward/core/feed/subject";
import { Verifier } from "../verifier/verifier.ts";

export class Replica {
  readonly epoch: string;
  readonly subject: FeedSubject;
  readonly verifier = new Verifier();
  #applied: number;

  /** Empty, and standing at the snapshot's rev: its items are to be applied to the verifier before it is used. */
  constructor({ epoch, subject, rev }: Omit<SnapshotStart, "type">) {
    this.epoch = epoch;
    this.subject = subject;
    this.#applied = rev;
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
  apply({ from, to, changes }: Batch): boolean {
    if (from !== this.#applied) return false;
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
   * Takes in what a look-up found. An answer that is not ahead of what was applied is dropped: whatever it could say is known
   * here already, and better. So a look-up that was overtaken by a revocation cannot bring the key back (T21).
   *
   * @throws Error as {@link Replica.apply} does
   */
  fill({ rev, changes }: LookupAnswer): void {
    if (rev > this.#applied) this.verifier.apply(changes);
  }
}
