import type { KeyNeed } from "./need.ts";

/** Needs that wait to be reported, each once. */
export class NeedTable {
  readonly #needsMax: number;
  readonly #needs = new Map<string, KeyNeed>();

  constructor(needsMax: number) {
    this.#needsMax = needsMax;
  }

  /** Whether there was room. */
  add(need: KeyNeed): boolean {
    const name = `${need.day} ${need.keyId} ${need.need}`;
    if (this.#needs.size >= this.#needsMax && !this.#needs.has(name)) return false;
    this.#needs.set(name, need);
    return true;
  }

  /** Takes out the oldest ones. */
  take(countMax: number): readonly KeyNeed[] {
    const taken: KeyNeed[] = [];
    for (const [name, need] of this.#needs) {
      if (taken.length >= countMax) break;
      taken.push(need);
      this.#needs.delete(name);
    }
    return taken;
  }
}
