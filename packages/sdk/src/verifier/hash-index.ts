const SLOTS_MIN = 1024;
/** Beyond three quarters, runs of occupied slots grow faster than memory is saved. */
const LOAD_MAX = 0.75;

/** A slot that no row occupies ends every search. */
export const EMPTY = 0;
/** A slot of a row with another hash: go on. */
export const OTHER = -1;

/**
 * Row numbers by a 32-bit hash, in open addressing with linear probing. The hash is stored whole without taking room:
 * its low bits choose the slot, and its high bits stand above the row number in it, so a search hardly ever touches
 * the record of a row that it does not want.
 *
 * Rows are numbered from 1, without large gaps: the highest number decides the least size. Hashes must not be the
 * choice of a stranger.
 */
export class HashIndex {
  readonly #hashOf: (row: number) => number;
  #slots = new Uint32Array(SLOTS_MIN);
  /** Both the low bits of a hash and the row number of a slot: there are never more rows than slots. */
  #mask = SLOTS_MIN - 1;
  #count = 0;

  constructor(hashOf: (row: number) => number) {
    this.#hashOf = hashOf;
  }

  get byteLength(): number {
    return this.#slots.byteLength;
  }

  /** The slot in which a search begins; `slot` of each further step is {@link after} the last. */
  start(hash: number): number {
    return hash & this.#mask;
  }

  after(slot: number): number {
    return (slot + 1) & this.#mask;
  }

  /** A row that may have this hash, {@link OTHER}, or {@link EMPTY}. */
  rowAt(slot: number, hash: number): number {
    const entry = this.#slots[slot] ?? EMPTY;
    if (entry === EMPTY) return EMPTY;
    return ((entry ^ hash) & ~this.#mask) === 0 ? entry & this.#mask : OTHER;
  }

  add(row: number): void {
    while (row > this.#mask || this.#count + 1 > this.#slots.length * LOAD_MAX) this.#grow();
    this.#count++;
    this.#place(row);
  }

  remove(row: number): void {
    let hole = this.#slotOf(row);
    this.#count--;
    // Closes the gap instead of marking it: no graves to sweep, however many keys come and go.
    for (let slot = this.after(hole); ; slot = this.after(slot)) {
      const entry = this.#slots[slot] ?? EMPTY;
      if (entry === EMPTY) break;
      const home = this.start(this.#hashOf(entry & this.#mask));
      if (((slot - home) & this.#mask) >= ((slot - hole) & this.#mask)) {
        this.#slots[hole] = entry;
        hole = slot;
      }
    }
    this.#slots[hole] = EMPTY;
  }

  #place(row: number): void {
    const hash = this.#hashOf(row);
    let slot = this.start(hash);
    while (this.#slots[slot] !== EMPTY) slot = this.after(slot);
    this.#slots[slot] = (hash & ~this.#mask) | row;
  }

  #slotOf(row: number): number {
    const hash = this.#hashOf(row);
    for (let slot = this.start(hash); ; slot = this.after(slot)) {
      const found = this.rowAt(slot, hash);
      if (found === row) return slot;
      if (found === EMPTY) throw new Error(`the index has no row ${row}`);
    }
  }

  #grow(): void {
    const rows = this.#slots;
    const rowMask = this.#mask;
    this.#slots = new Uint32Array(rows.length * 2);
    this.#mask = this.#slots.length - 1;
    for (const entry of rows) {
      if (entry !== EMPTY) this.#place(entry & rowMask);
    }
  }
}
