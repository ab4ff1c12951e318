import type { Id, IdKind } from "@keyward/core/id";
import { EMPTY, HashIndex } from "./hash-index.ts";
import { ID_WORDS, packId, unpackId } from "./packed-id.ts";
import { Rows } from "./rows.ts";

const scratch = new Uint32Array(ID_WORDS);
let idInScratch = "";

/** Rows that begin with an id and are found by it. */
export class IdRows<Kind extends IdKind> {
  readonly #prefix: string;
  readonly #rows: Rows;
  readonly #index: HashIndex;

  /** @param wordsPerRow the id's {@link ID_WORDS} included */
  constructor(prefix: string, wordsPerRow: number) {
    const rows = new Rows(wordsPerRow);
    this.#prefix = prefix;
    this.#rows = rows;
    this.#index = new HashIndex((row) =>
      mix(rows.get(row, 0), rows.get(row, 1), rows.get(row, 2), rows.get(row, 3)),
    );
  }

  get count(): number {
    return this.#rows.count;
  }

  get byteLength(): number {
    return this.#rows.byteLength + this.#index.byteLength;
  }

  get end(): number {
    return this.#rows.end;
  }

  get(row: number, word: number): number {
    return this.#rows.get(row, word);
  }

  set(row: number, word: number, value: number): void {
    this.#rows.set(row, word, value);
  }

  /** The row, or 0. */
  find(id: Id<Kind>): number {
    packIntoScratch(id);
    const hash = mix(scratch[0] ?? 0, scratch[1] ?? 0, scratch[2] ?? 0, scratch[3] ?? 0);
    for (let slot = this.#index.start(hash); ; slot = this.#index.after(slot)) {
      const row = this.#index.rowAt(slot, hash);
      if (row === EMPTY) return 0;
      if (row > 0 && this.#rows.beginsWith(row, scratch)) return row;
    }
  }

  /** A new row whose other words are zero. The id must not be there yet. */
  add(id: Id<Kind>): number {
    packIntoScratch(id);
    const row = this.#rows.add();
    this.#rows.setWords(row, 0, scratch);
    this.#index.add(row);
    return row;
  }

  remove(row: number): void {
    this.#index.remove(row);
    this.#rows.remove(row);
  }

  idOf(row: number): Id<Kind> {
    return readId(this.#prefix, this.#rows, row, 0);
  }
}

/** A change looks for its id several times on end. */
function packIntoScratch(id: string): void {
  if (id === idInScratch) return;
  idInScratch = "";
  packId(id, scratch);
  idInScratch = id;
}

export function readId<Kind extends IdKind>(
  prefix: string,
  rows: Rows,
  row: number,
  word: number,
): Id<Kind> {
  return unpackId(prefix, [
    rows.get(row, word),
    rows.get(row, word + 1),
    rows.get(row, word + 2),
    rows.get(row, word + 3),
  ]);
}

/** Ids made in one millisecond share their first half, so all four words must reach all bits of the hash. */
function mix(first: number, second: number, third: number, fourth: number): number {
  let hash = Math.imul(first ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ second, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13) ^ third, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16) ^ fourth, 0x165667b1);
  return hash ^ (hash >>> 15);
}
