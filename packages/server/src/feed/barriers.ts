import type { FeedSubject } from "@keyward/core/feed/subject";
import { BARRIERS_MAX } from "../contract/limits.ts";
import type { Clock } from "../runtime/clock.ts";
import { Barrier } from "./barrier.ts";
import type { BarrierState, Unknown } from "./barrier.ts";
import type { VerifierRegistry } from "./verifiers.ts";

/** How often a barrier looks at the clock: what it waits for besides is told to it at once. */
const LOOK_EVERY_MS = 25;

interface Waiting {
  readonly barrier: Barrier;
  readonly wake: () => void;
}

/** The barriers that somebody waits at. */
export class Barriers {
  readonly #registry: VerifierRegistry;
  readonly #clock: Clock;
  readonly #unknown: () => Unknown;
  readonly #waiting = new Set<Waiting>();

  constructor(registry: VerifierRegistry, clock: Clock, unknown: () => Unknown) {
    this.#registry = registry;
    this.#clock = clock;
    this.#unknown = unknown;
  }

  /** To be called after every report of a verifier. */
  reported(subject: FeedSubject): void {
    for (const { barrier, wake } of this.#waiting) {
      if (barrier.subject.apiId === subject.apiId) wake();
    }
  }

  /** Waits until the change holds everywhere, at most for the timeout. With no timeout it tells how things stand. */
  async wait(
    change: { readonly subject: FeedSubject; readonly rev: number },
    timeoutMs: number,
  ): Promise<BarrierState> {
    const startedMs = this.#clock.monotonicMs();
    const known = this.#registry.of(change.subject);
    const barrier = new Barrier(change, known, this.#unknown(), startedMs);
    const deadline = performance.now() + timeoutMs;
    while (!this.#holds(barrier) && performance.now() < deadline) {
      if (this.#waiting.size >= BARRIERS_MAX) break;
      await this.#nextLook(barrier, Math.min(LOOK_EVERY_MS, deadline - performance.now()));
    }
    return barrier.state();
  }

  #holds(barrier: Barrier): boolean {
    const { effectiveMs } = barrier.state();
    return effectiveMs !== null && effectiveMs <= this.#clock.monotonicMs();
  }

  async #nextLook(barrier: Barrier, withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { barrier, wake: resolve };
    this.#waiting.add(waiting);
    const timer = setTimeout(resolve, withinMs);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(waiting);
  }
}
