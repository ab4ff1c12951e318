import type { FeedSubject } from "@keyward/core/feed/subject";
import type { WorkspaceId } from "@keyward/core/id";
import { BARRIERS_MAX, BARRIERS_PER_WORKSPACE_MAX } from "../contract/limits.ts";
import type { Clock } from "../runtime/clock.ts";
import { Barrier } from "./barrier.ts";
import type { BarrierState, Unknown } from "./barrier.ts";
import { Shares } from "./shares.ts";
import { keyOf } from "./verifiers.ts";
import type { VerifierRegistry } from "./verifiers.ts";

/** A barrier and those who wait at it: all who asked for the same change of the same subject. */
interface Shared {
  readonly barrier: Barrier;
  /** Wake-ups of those who wait. */
  readonly waiting: Set<() => void>;
  timer: NodeJS.Timeout | undefined;
}

/** The barriers that somebody waits at. */
export class Barriers {
  readonly #registry: Pick<VerifierRegistry, "of">;
  readonly #clock: Clock;
  readonly #unknown: (workspaceId: WorkspaceId) => Unknown;
  /** By subject, and within it by rev. */
  readonly #shared = new Map<string, Map<number, Shared>>();
  readonly #places = new Shares(BARRIERS_MAX, BARRIERS_PER_WORKSPACE_MAX);

  constructor(
    registry: Pick<VerifierRegistry, "of">,
    clock: Clock,
    unknown: (workspaceId: WorkspaceId) => Unknown,
  ) {
    this.#registry = registry;
    this.#clock = clock;
    this.#unknown = unknown;
  }

  /** To be called after every report of a verifier. */
  reported(subject: FeedSubject): void {
    for (const shared of this.#shared.get(keyOf(subject))?.values() ?? []) this.#look(shared);
  }

  /**
   * Waits until the change holds everywhere, at most for the timeout. With no timeout, and when too many wait already, it
   * tells how things stand.
   */
  async wait(
    change: { readonly subject: FeedSubject; readonly rev: number },
    timeoutMs: number,
  ): Promise<BarrierState> {
    const { subject, rev } = change;
    const subjectKey = keyOf(subject);
    const known = this.#shared.get(subjectKey)?.get(rev);
    const barrier = known?.barrier ?? this.#barrierOf(change);
    if (timeoutMs <= 0 || this.#holds(barrier) || !this.#places.has(subject.workspaceId)) {
      return barrier.state();
    }
    const shared = known ?? { barrier, waiting: new Set(), timer: undefined };
    if (known === undefined) this.#keep(subjectKey, shared);
    this.#places.take(subject.workspaceId);
    await this.#holdsOrTimeout(shared, timeoutMs);
    this.#places.giveBack(subject.workspaceId);
    if (shared.waiting.size === 0) this.#forget(subjectKey, shared);
    return barrier.state();
  }

  #barrierOf(change: { readonly subject: FeedSubject; readonly rev: number }): Barrier {
    const { subject } = change;
    const unknown = this.#unknown(subject.workspaceId);
    return new Barrier(change, this.#registry.of(subject), unknown, this.#clock.monotonicMs());
  }

  #keep(subjectKey: string, shared: Shared): void {
    const ofSubject = this.#shared.get(subjectKey) ?? new Map<number, Shared>();
    this.#shared.set(subjectKey, ofSubject.set(shared.barrier.rev, shared));
  }

  #forget(subjectKey: string, { barrier, timer }: Shared): void {
    clearTimeout(timer);
    const ofSubject = this.#shared.get(subjectKey);
    ofSubject?.delete(barrier.rev);
    if (ofSubject?.size === 0) this.#shared.delete(subjectKey);
  }

  #holds({ effectiveMs }: Barrier): boolean {
    return effectiveMs !== null && effectiveMs <= this.#clock.monotonicMs();
  }

  async #holdsOrTimeout(shared: Shared, timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    shared.waiting.add(resolve);
    this.#look(shared);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    shared.waiting.delete(resolve);
  }

  /** Wakes all when the change holds; else looks again when the last one that is pending must have stopped. */
  #look(shared: Shared): void {
    clearTimeout(shared.timer);
    const { effectiveMs } = shared.barrier;
    if (effectiveMs === null) return;
    const inMs = effectiveMs - this.#clock.monotonicMs();
    if (inMs <= 0) for (const wake of shared.waiting) wake();
    else shared.timer = setTimeout(() => this.#look(shared), Math.ceil(inMs));
  }
}
