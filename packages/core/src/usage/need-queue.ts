import type { KeyNeed } from "./need.ts";

/** Needs that wait to be reported. One that is there twice costs a line, and whoever takes it counts the day once. */
export class NeedQueue {
  readonly #needsMax: number;
  readonly #needs: KeyNeed[] = [];

  constructor(needsMax: number) {
    this.#needsMax = needsMax;
  }

  /** Whether there was room. */
  add(need: KeyNeed): boolean {
    if (this.#needs.length >= this.#needsMax) return false;
    this.#needs.push(need);
    return true;
  }

  /** Takes out the oldest ones. */
  take(countMax: number): readonly KeyNeed[] {
    return this.#needs.splice(0, countMax);
  }
}
