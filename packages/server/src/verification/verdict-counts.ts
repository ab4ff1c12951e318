import { DENIALS } from "@keyward/core/verdict/codes";
import type { VerdictCode } from "@keyward/core/verdict/codes";

/** How many verdicts there were of each code since the start, for metrics: also of keys that nobody has. */
export class VerdictCounts {
  readonly #counts = new Map<VerdictCode, number>();

  constructor() {
    this.#counts.set("allowed", 0);
    for (const code of Object.keys(DENIALS)) this.#counts.set(code as VerdictCode, 0);
  }

  add(code: VerdictCode, count = 1): void {
    this.#counts.set(code, this.of(code) + count);
  }

  /** What has been counted since the last time, and begins anew. */
  take(): readonly (readonly [VerdictCode, number])[] {
    const taken = [...this.#counts].filter(([, count]) => count > 0);
    for (const [code] of taken) this.#counts.set(code, 0);
    return taken;
  }

  of(code: VerdictCode): number {
    return this.#counts.get(code) ?? 0;
  }

  entries(): Iterable<readonly [code: VerdictCode, count: number]> {
    return this.#counts;
  }
}
