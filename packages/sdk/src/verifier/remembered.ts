/** A power of two. Of more keys than that, those that were asked for last. */
const PLACES = 4_096;

/**
 * What was made for rows that are asked for again, in a fixed number of places, whoever asks for whatever (K8): rows share
 * them. A row that comes for the first time leaves its number only, since what is kept costs more than what is let go.
 */
export class Remembered<Value extends object> {
  readonly #values: (Value | undefined)[] = Array.from({ length: PLACES });
  readonly #lastRows = new Uint32Array(PLACES);
  #isEmpty = true;

  /** What is in the place of the row; whoever takes it out must see whether it is the row's. */
  get(row: number): Value | undefined {
    return this.#values[row % PLACES];
  }

  set(row: number, value: Value): void {
    const place = row % PLACES;
    if (this.#lastRows[place] !== row) {
      this.#lastRows[place] = row;
      return;
    }
    this.#values[place] = value;
    this.#isEmpty = false;
  }

  forget(): void {
    if (this.#isEmpty) return;
    this.#values.fill(undefined);
    this.#isEmpty = true;
  }
}
