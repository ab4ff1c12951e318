/** A power of two. Of more keys than that, those that were asked for last. */
const PLACES = 4_096;

/** One value for each of the rows that were asked for last: of fixed size, whoever asks for whatever (K8). */
export class Remembered<Value extends object> {
  readonly #rows = new Uint32Array(PLACES);
  readonly #values: (Value | undefined)[] = Array.from({ length: PLACES });
  #isEmpty = true;

  get(row: number): Value | undefined {
    const place = row & (PLACES - 1);
    return this.#rows[place] === row ? this.#values[place] : undefined;
  }

  set(row: number, value: Value): void {
    const place = row & (PLACES - 1);
    this.#rows[place] = row;
    this.#values[place] = value;
    this.#isEmpty = false;
  }

  forget(): void {
    if (this.#isEmpty) return;
    this.#rows.fill(0);
    this.#values.fill(undefined);
    this.#isEmpty = true;
  }
}
