/** A power of two. Of more keys than that, those that were asked for last. */
const PLACES = 4_096;

/** What was made last for each row, in a fixed number of places, whoever asks for whatever (K8): rows share them. */
export class Remembered<Value extends object> {
  readonly #values: (Value | undefined)[] = Array.from({ length: PLACES });
  #isEmpty = true;

  /** What is in the place of the row; whoever takes it out must see whether it is the row's. */
  get(row: number): Value | undefined {
    return this.#values[row % PLACES];
  }

  set(row: number, value: Value): void {
    this.#values[row % PLACES] = value;
    this.#isEmpty = false;
  }

  forget(): void {
    if (this.#isEmpty) return;
    this.#values.fill(undefined);
    this.#isEmpty = true;
  }
}
