// The revocation barrier: spec/feed.md §9.
import { fenceMs } from "./verifiers.ts";
import type { VerifierEntry } from "./verifiers.ts";

/** How far a change has come. */
export interface BarrierState {
  /** The server's own verifier is one of them. */
  readonly acknowledged: number;
  readonly pending: number;
  /** The monotonic instant from which every verifier has applied the change or has stopped; `null` when there is none. */
  readonly effectiveMs: number | null;
}

/** What may follow it beside the verifiers that are known: those whom the server knew before it was restarted. */
export interface Unknown {
  /** From then on there are none; `null` when that cannot be said. */
  readonly goneMs: number | null;
}

interface Watched {
  readonly entry: VerifierEntry;
  /** Of its last proof that may be older than the change. */
  readonly fenceMs: number | null;
}

/**
 * Watches the verifiers that could still decide without the change. Made once the change is durable: from then on every
 * head answer names a rev that includes it, and so proves nothing to one that has not applied it. That is why later
 * answers do not move the fence, and why one that comes later need not be watched at all.
 */
export class Barrier {
  readonly rev: number;
  readonly #watched: readonly Watched[];
  readonly #unknown: Unknown;
  readonly #madeMs: number;
  /** Of those with the latest fences, how many have applied the change: looked at again from here. */
  #passed = 0;

  constructor(rev: number, verifiers: readonly VerifierEntry[], unknown: Unknown, nowMs: number) {
    this.rev = rev;
    this.#unknown = unknown;
    this.#madeMs = nowMs;
    this.#watched = verifiers
      .map((entry) => ({ entry, fenceMs: fenceMs(entry.answeredMs, entry.trustMs) }))
      .toSorted((one, other) => (other.fenceMs ?? Infinity) - (one.fenceMs ?? Infinity) || 0);
  }

  /**
   * {@link BarrierState.effectiveMs} by itself. However many verifiers there are and however often this is asked, each
   * of them is passed once (K8).
   */
  get effectiveMs(): number | null {
    let latest = this.#watched[this.#passed];
    while (latest !== undefined && latest.entry.applied >= this.rev) {
      this.#passed += 1;
      latest = this.#watched[this.#passed];
    }
    const { goneMs } = this.#unknown;
    const fence = latest === undefined ? this.#madeMs : latest.fenceMs;
    return goneMs === null || fence === null ? null : Math.max(this.#madeMs, goneMs, fence);
  }

  state(): BarrierState {
    const pending = this.#watched.filter(({ entry }) => entry.applied < this.rev);
    return {
      acknowledged: 1 + this.#watched.length - pending.length,
      pending: pending.length,
      effectiveMs: this.effectiveMs,
    };
  }
}
