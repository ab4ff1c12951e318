// Which names came most often, in bounded room: Space-Saving (Metwally, Agrawal, El Abbadi 2005).

export interface TopCount {
  readonly name: string;
  /** No less than this many, and no more than this many and `surplus`. */
  readonly count: number;
  /** What the name took over from those that it displaced, and may not be its own. */
  readonly surplus: number;
}

/** A name that makes up more than 1 / `namesMax` of everything is always among the names; the sum is always exact. */
export class TopCounter {
  readonly #namesMax: number;
  readonly #slots = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #totals: Float64Array;
  readonly #surpluses: Float64Array;

  constructor(namesMax: number) {
    this.#namesMax = namesMax;
    this.#totals = new Float64Array(namesMax);
    this.#surpluses = new Float64Array(namesMax);
  }

  add(name: string): void {
    const slot = this.#slots.get(name) ?? this.#slotFor(name);
    this.#totals[slot] = this.#totalOf(slot) + 1;
  }

  /** Every name that is held; `count` and `surplus` of all of them add up to the number of calls of `add`. */
  counts(): readonly TopCount[] {
    return this.#names.map((name, slot) => {
      const surplus = this.#surpluses[slot] ?? 0;
      return { name, count: this.#totalOf(slot) - surplus, surplus };
    });
  }

  #slotFor(name: string): number {
    let slot = this.#names.length;
    if (slot >= this.#namesMax) {
      slot = this.#least();
      this.#slots.delete(this.#names[slot] ?? "");
      this.#surpluses[slot] = this.#totalOf(slot);
    }
    this.#names[slot] = name;
    this.#slots.set(name, slot);
    return slot;
  }

  #least(): number {
    let least = 0;
    for (let slot = 1; slot < this.#namesMax; slot++) {
      if (this.#totalOf(slot) < this.#totalOf(least)) least = slot;
    }
    return least;
  }

  #totalOf(slot: number): number {
    return this.#totals[slot] ?? 0;
  }
}
