interface Entry<Value> {
  readonly text: string;
  readonly value: Value;
  references: number;
}

/**
 * Values that many rows share, one for each text. Counted, so that a value goes with the last row that uses it.
 * Numbered from 1, so 0 can mean none.
 */
export class Interned<Value> {
  readonly #rows = new Map<string, number>();
  readonly #entries: (Entry<Value> | undefined)[] = [undefined];
  readonly #free: number[] = [];

  get count(): number {
    return this.#rows.size;
  }

  /** The row, or 0. */
  find(text: string): number {
    return this.#rows.get(text) ?? 0;
  }

  /** The row of the value with this text, made where there is none, with one reference more. */
  acquire(text: string, make: () => Value): number {
    const known = this.#rows.get(text);
    if (known !== undefined) {
      this.#entryAt(known).references++;
      return known;
    }
    const value = make();
    const row = this.#free.pop() ?? this.#entries.length;
    this.#entries[row] = { text, value, references: 1 };
    this.#rows.set(text, row);
    return row;
  }

  /** Takes a reference back and returns the value if that was the last. */
  release(row: number): Value | undefined {
    const entry = this.#entryAt(row);
    entry.references--;
    if (entry.references > 0) return undefined;
    this.#rows.delete(entry.text);
    this.#entries[row] = undefined;
    this.#free.push(row);
    return entry.value;
  }

  at(row: number): Value {
    return this.#entryAt(row).value;
  }

  #entryAt(row: number): Entry<Value> {
    const entry = this.#entries[row];
    if (entry === undefined) throw new RangeError(`no such row: ${row}`);
    return entry;
  }
}
