/** How many keys that do not exist a network may ask for at once, and how often after that (spec/feed.md §8, K8). */
export const MISSES_AT_ONCE_MAX = 20;
export const MISS_EVERY_MS = 1_000;
const NETWORKS_MAX = 4_096;

/**
 * What each network may still ask for. Of too many networks the one that asked longest ago is forgotten: it gets its budget
 * anew, which a caller with that many networks had anyway.
 */
export class MissBudget {
  /** The monotonic instant at which the network's budget is whole again, in the order of the last miss. */
  readonly #wholeAt = new Map<string, number>();

  /** Takes one miss; false when there is none left. */
  take(network: string, nowMs: number): boolean {
    if (!this.has(network, nowMs)) return false;
    this.charge(network, nowMs);
    return true;
  }

  /** Whether there is one left. */
  has(network: string, nowMs: number): boolean {
    const wholeAt = Math.max(this.#wholeAt.get(network) ?? 0, nowMs) + MISS_EVERY_MS;
    return wholeAt - nowMs <= MISSES_AT_ONCE_MAX * MISS_EVERY_MS;
  }

  /** Takes one that has been a miss, also where there is none left: so many may have been under way at once. */
  charge(network: string, nowMs: number): void {
    const wholeAt = Math.max(this.#wholeAt.get(network) ?? 0, nowMs) + MISS_EVERY_MS;
    this.#set(network, Math.min(wholeAt, nowMs + MISSES_AT_ONCE_MAX * MISS_EVERY_MS));
  }

  /** Returns what was taken for a key that does exist, or for an answer that never came. */
  giveBack(network: string): void {
    const wholeAt = this.#wholeAt.get(network);
    if (wholeAt !== undefined) this.#set(network, wholeAt - MISS_EVERY_MS);
  }

  #set(network: string, wholeAt: number): void {
    this.#wholeAt.delete(network);
    this.#wholeAt.set(network, wholeAt);
    if (this.#wholeAt.size <= NETWORKS_MAX) return;
    const [oldest] = this.#wholeAt.keys();
    if (oldest !== undefined) this.#wholeAt.delete(oldest);
  }
}
