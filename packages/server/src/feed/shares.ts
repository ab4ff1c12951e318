/** Places of which there are so many, and so many for each: one who has taken a share leaves the rest to the others. */
export class Shares {
  readonly #countMax: number;
  readonly #eachMax: number;
  readonly #taken = new Map<string, number>();
  #count = 0;

  constructor(countMax: number, eachMax: number) {
    this.#countMax = countMax;
    this.#eachMax = eachMax;
  }

  /** Those that are taken. */
  get count(): number {
    return this.#count;
  }

  /** Whether there is a place. */
  has(name: string): boolean {
    return this.#count < this.#countMax && (this.#taken.get(name) ?? 0) < this.#eachMax;
  }

  /** After {@link has}. */
  take(name: string): void {
    this.#taken.set(name, (this.#taken.get(name) ?? 0) + 1);
    this.#count += 1;
  }

  giveBack(name: string): void {
    const left = (this.#taken.get(name) ?? 1) - 1;
    if (left === 0) this.#taken.delete(name);
    else this.#taken.set(name, left);
    this.#count -= 1;
  }
}
