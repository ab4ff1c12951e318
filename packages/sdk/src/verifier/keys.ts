import type { KeyId } from "@keyward/core/id";
import type { KeyState } from "@keyward/core/model/key-state";
import { stateIn } from "./facts.ts";
import { IdRows } from "./id-rows.ts";
import { highWord, joinWords } from "./rows.ts";

// The words of a row after the four of its id: what a change needs. What a decision needs stands with the secrets.
const REV_LOW = 4;
const REV_HIGH_AND_FACTS = 5;
const WORKSPACE = 6;
const METADATA = 7;
const FIRST_SECRET = 8;
const WORDS = 9;

/** A rev has up to 53 bits: 21 of them in the higher word. */
const REV_HIGH_MASK = 2 ** 21 - 1;
const FACTS_SHIFT = 24;

export interface KeyFields {
  readonly rev: number;
  /** Of `packFacts`. */
  readonly facts: number;
  readonly workspaceRow: number;
  /** 0 is no metadata. */
  readonly metadataRow: number;
  /** The head of the chain of its secrets; 0 where it has none. */
  readonly firstSecretRow: number;
}

/** The keys, found by their id. */
export class Keys {
  readonly #rows = new IdRows<"key">("key", WORDS);

  get count(): number {
    return this.#rows.count;
  }

  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /** One more than the highest row. */
  get end(): number {
    return this.#rows.end;
  }

  /** The row, or 0. */
  find(id: KeyId): number {
    return this.#rows.find(id);
  }

  add(id: KeyId): number {
    return this.#rows.add(id);
  }

  remove(row: number): void {
    this.#rows.remove(row);
  }

  write(row: number, fields: KeyFields): void {
    this.#rows.set(row, REV_LOW, fields.rev);
    this.#rows.set(row, REV_HIGH_AND_FACTS, highWord(fields.rev) | (fields.facts << FACTS_SHIFT));
    this.#rows.set(row, WORKSPACE, fields.workspaceRow);
    this.#rows.set(row, METADATA, fields.metadataRow);
    this.#rows.set(row, FIRST_SECRET, fields.firstSecretRow);
  }

  idOf(row: number): KeyId {
    return this.#rows.idOf(row);
  }

  /** 0 where there is nothing in the row. */
  revOf(row: number): number {
    const high = this.#rows.get(row, REV_HIGH_AND_FACTS) & REV_HIGH_MASK;
    return joinWords(this.#rows.get(row, REV_LOW), high);
  }

  stateOf(row: number): KeyState {
    return stateIn(this.#rows.get(row, REV_HIGH_AND_FACTS) >>> FACTS_SHIFT);
  }

  workspaceRowOf(row: number): number {
    return this.#rows.get(row, WORKSPACE);
  }

  metadataRowOf(row: number): number {
    return this.#rows.get(row, METADATA);
  }

  firstSecretRowOf(row: number): number {
    return this.#rows.get(row, FIRST_SECRET);
  }
}
