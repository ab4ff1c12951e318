const UNUSED = 0;
const USED = 1;
/** The use for which it came does not count: many come for one use, and must not drive out what is used often. */
const NEW = 2;

/**
 * Chooses what to give up: CLOCK. A hand goes round the rows; one that was used since it last passed is spared, once. To
 * mark a use is one write, so it may be done with every decision.
 */
export class SecondChance {
  #marks = new Uint8Array(1_024);
  #hand = 0;
  #newest = 0;

  /** There is something new in the row, from 1 on. */
  begin(row: number): void {
    if (row >= this.#marks.length) this.#grow(row);
    this.#marks[row] = NEW;
    this.#newest = row;
  }

  use(row: number): void {
    this.#marks[row] = this.#marks[row] === NEW ? UNUSED : USED;
  }

  /**
   * The row to give up, which is never the newest.
   *
   * @param end one more than the highest row
   * @param isTaken whether there is anything in a row; there must be so in two
   */
  choose(end: number, isTaken: (row: number) => boolean): number {
    for (;;) {
      this.#hand = this.#hand + 1 < end ? this.#hand + 1 : 1;
      if (!isTaken(this.#hand) || this.#hand === this.#newest) continue;
      if (this.#marks[this.#hand] !== USED) return this.#hand;
      this.#marks[this.#hand] = UNUSED;
    }
  }

  #grow(row: number): void {
    const grown = new Uint8Array(Math.max(row + 1, this.#marks.length * 2));
    grown.set(this.#marks);
    this.#marks = grown;
  }
}
