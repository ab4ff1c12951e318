import type { ApiId } from "@keyward/core/id";

/** Who has not borrowed for so long has stopped, or has nothing to do. */
const GONE_US = 2_000_000;
/** Of one api, and apis: more are not told apart, which only makes shares larger. */
const PER_API_MAX = 1_000;
const APIS_MAX = 10_000;

/** Verifiers that have lately borrowed for an api: among so many is shared what is left of a limit. */
export class Borrowers {
  readonly #byApi = new Map<ApiId, Map<string, number>>();

  /** Notes that the verifier borrows, and counts all who do, from 1 on. */
  count(apiId: ApiId, verifier: string, nowUs: number): number {
    const seen = this.#byApi.get(apiId) ?? new Map<string, number>();
    // Whoever has been quiet for longest comes first.
    this.#byApi.delete(apiId);
    this.#byApi.set(apiId, seen);
    seen.delete(verifier);
    seen.set(verifier, nowUs);
    for (const [name, atUs] of seen) {
      if (nowUs - atUs < GONE_US && seen.size <= PER_API_MAX) break;
      seen.delete(name);
    }
    if (this.#byApi.size > APIS_MAX) this.#forgetOldest();
    return seen.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#byApi.keys();
    if (oldest !== undefined) this.#byApi.delete(oldest);
  }
}
