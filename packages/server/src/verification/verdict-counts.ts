import { DENIALS } from "@keyward/core/verdict/codes";
import type { VerdictCode } from "@keyward/core/verdict/codes";

/** How many verdicts there were of each code since the start, for metrics: also of keys that nobody has. */
export class VerdictCounts {
  readonly #counts = new Map<VerdictCode, number>();

  constructor() {
    this.#counts.set("allowed", 0);
    for (const code of Object.keys(DENIALS)) this.#counts.set(code as VerdictCode, 0);
  }

  add(code: VerdictCode): void {
    this.#counts.set(code, this.of(code) + 1);
  }

  of(code: VerdictCode): number {
    return this.#counts.get(code) ?? 0;
  }

  entries(): Iterable<readonly [code: VerdictCode, count: number]> {
    return this.#counts;
  }
}
