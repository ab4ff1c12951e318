import type { FeedSubject } from "@keyward/core/feed/subject";
import type { WorkspaceId } from "@keyward/core/id";
import { BARRIERS_MAX, BARRIERS_PER_WORKSPACE_MAX } from "../contract/limits.ts";
import type { Clock } from "../runtime/clock.ts";
import { Barrier } from "./barrier.ts";
import type { BarrierState, Unknown } from "./barrier.ts";
import { keyOf, reachesOf } from "./reach.ts";
import type { Reach } from "./reach.ts";
import { Shares } from "./shares.ts";
import type { VerifierRegistry } from "./verifiers.ts";

/** A barrier and those who wait at it: all who asked for the same change. */
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
  /** By reach, and within it by rev. */
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
    for (const reach of reachesOf(subject)) {
      for (const shared of this.#shared.get(keyOf(reach))?.values() ?? []) this.#look(shared);
    }
  }

  /**
   * Waits until the change holds everywhere, at most for the timeout. With no timeout, and when too many wait already, it
   * tells how things stand.
   */
  async wait(
    change: { readonly reach: Reach; readonly rev: number },
    timeoutMs: number,
  ): Promise<BarrierState> {
    const { reach, rev } = change;
    const { workspaceId } = reach;
    const known = this.#shared.get(keyOf(reach))?.get(rev);
    const barrier = known?.barrier ?? this.#barrierOf(change);
    if (timeoutMs <= 0 || this.#holds(barrier) || !this.#places.has(workspaceId)) {
      return barrier.state();
    }
    const shared = known ?? { barrier, waiting: new Set(), timer: undefined };
    if (known === undefined) this.#keep(keyOf(reach), shared);
    this.#places.take(workspaceId);
    await this.#holdsOrTimeout(shared, timeoutMs);
    this.#places.giveBack(workspaceId);
    if (shared.waiting.size === 0) this.#forget(keyOf(reach), shared);
    return barrier.state();
  }

  #barrierOf(change: { readonly reach: Reach; readonly rev: number }): Barrier {
    const { reach, rev } = change;
    const unknown = this.#unknown(reach.workspaceId);
    return new Barrier(rev, this.#registry.of(reach), unknown, this.#clock.monotonicMs());
  }

  #keep(reachKey: string, shared: Shared): void {
    const ofReach = this.#shared.get(reachKey) ?? new Map<number, Shared>();
    this.#shared.set(reachKey, ofReach.set(shared.barrier.rev, shared));
  }

  #forget(reachKey: string, { barrier, timer }: Shared): void {
    clearTimeout(timer);
    const ofReach = this.#shared.get(reachKey);
    ofReach?.delete(barrier.rev);
    if (ofReach?.size === 0) this.#shared.delete(reachKey);
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
