// What a partial verifier takes in of the feed, and which look-ups it may believe: spec/feed.md §10.
import type { Batch } from "@keyward/core/feed/lines";
import type { LookupAnswer } from "@keyward/core/feed/questions";
import type { Verifier } from "../verifier/verifier.ts";

/** Changes that are remembered without their things: more than come while a look-up is under way. */
const CHANGES_REMEMBERED_MAX = 4_096;

type Changes = Batch["changes"];

export class HotSet {
  readonly #verifier: Verifier;
  /** Of keys and owners: the rev up to which they are known to have changed, whether they are held or not. */
  readonly #changed = new Map<string, number>();
  /** Of what has changed up to here nothing is remembered. */
  #floor: number;

  /** @param rev where it begins: what an older look-up says may have changed since */
  constructor(verifier: Verifier, rev: number) {
    this.#verifier = verifier;
    this.#floor = rev;
  }

  /** Of a batch, what concerns what is held: the api, roles, plans, clients and their tokens always, and an owner before the first key that names it. */
  keep({ to, changes }: Batch): Changes {
    const owners = new Set<string>();
    for (const { change } of changes) {
      if (change.entity === "key" || change.entity === "owner") this.#remember(change.id, to);
      if (change.entity === "key" && change.value !== null && this.#verifier.knows(change)) {
        owners.add(change.value.ownerId);
      }
      if (change.entity === "client" && change.value !== null) owners.add(change.value.ownerId);
    }
    return changes.filter(({ change }) => {
      switch (change.entity) {
        case "api":
        case "role":
        case "plan":
        case "signing_key":
        case "client":
        case "token":
          return true;
        case "key":
          return this.#verifier.knows(change);
        case "owner":
          return owners.has(change.id) || this.#verifier.knows(change);
      }
    });
  }

  /**
   * Compare and set (T21): an answer counts only if nothing in it is known to have changed after its rev. One that was
   * overtaken by a revocation says what was so before, and is dropped although nothing is held that would contradict it.
   */
  mayTakeIn({ rev, changes }: LookupAnswer): boolean {
    return (
      rev >= this.#floor &&
      changes.every(({ change }) => (this.#changed.get(change.id) ?? 0) <= rev)
    );
  }

  /**
   * Gives up what has been used least, until there is room.
   *
   * @param applied the rev up to which the feed has been applied: what a key was later than that, no batch has told
   */
  makeRoom(applied: number): void {
    this.#verifier.giveUpBeyondLimit((keyId, rev) => {
      if (rev > applied) this.#remember(keyId, rev);
    });
  }

  #remember(id: string, rev: number): void {
    const known = this.#changed.get(id) ?? 0;
    this.#changed.delete(id);
    this.#changed.set(id, Math.max(known, rev));
    if (this.#changed.size <= CHANGES_REMEMBERED_MAX) return;
    const [oldest] = this.#changed;
    if (oldest === undefined) return;
    this.#floor = Math.max(this.#floor, oldest[1]);
    this.#changed.delete(oldest[0]);
  }
}
