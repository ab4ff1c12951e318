import type { Limit } from "@keyward/core/limit/limit";
import { detached } from "@keyward/sdk/limiter/limiter";
import type { LimitedKey } from "@keyward/sdk/limiter/limiter";

/** Some of the limits of a key, or what stands for them. Of the same set it is always the same list, as whoever counts expects. */
export class Selection {
  readonly #pick: (limit: Limit) => Limit | undefined;
  readonly #lists = new WeakMap<readonly Limit[], readonly Limit[]>();

  constructor(pick: (limit: Limit) => Limit | undefined) {
    this.#pick = pick;
  }

  of(key: LimitedKey): LimitedKey {
    return {
      ...detached(key),
      limits: this.#picked(key.limits),
      ownerLimits: this.#picked(key.ownerLimits),
      apiLimits: this.#picked(key.apiLimits),
    };
  }

  #picked(limits: readonly Limit[]): readonly Limit[] {
    let picked = this.#lists.get(limits);
    if (picked === undefined) {
      picked = limits.flatMap((limit) => this.#pick(limit) ?? []);
      this.#lists.set(limits, picked);
    }
    return picked;
  }
}
