// What a server that has just started must allow for: verifiers that its predecessor has answered, and of whom it knows
// nothing but how long the most trusting of each workspace may go on.
import type { WorkspaceId } from "@keyward/core/id";
import type { Clock } from "../runtime/clock.ts";
import type { SystemStorage } from "../storage/storage.ts";
import type { Unknown } from "./barrier.ts";
import { fenceMs, longer, UNBOUNDED_FORGET_MS } from "./verifiers.ts";

type TrustStorage = Pick<SystemStorage, "keepTrustMax" | "readTrustMaxes">;
/** In milliseconds; `null` is without a bound. */
type Trusts = ReadonlyMap<WorkspaceId, number | null>;

export class TrustMax {
  readonly #storage: TrustStorage;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #ofPredecessor: Trusts;
  readonly #kept: Map<WorkspaceId, number | null>;
  /** Durable or on its way. A later write never says less than one before it that is still under way. */
  readonly #asked: Map<WorkspaceId, number | null>;

  private constructor(storage: TrustStorage, clock: Clock, kept: Trusts) {
    this.#storage = storage;
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#ofPredecessor = kept;
    this.#kept = new Map(kept);
    this.#asked = new Map(kept);
  }

  /** To be called before the first verifier is answered. */
  static async read(storage: TrustStorage, clock: Clock): Promise<TrustMax> {
    return new TrustMax(storage, clock, await storage.readTrustMaxes());
  }

  /** Makes it durable before the verifier is answered. */
  async allow(workspaceId: WorkspaceId, trustMs: number | null): Promise<void> {
    const kept = valueOf(this.#kept, workspaceId);
    if (longer(kept, trustMs) === kept) return;
    const value = longer(valueOf(this.#asked, workspaceId), trustMs);
    this.#asked.set(workspaceId, value);
    await this.#storage.keepTrustMax(workspaceId, value);
    this.#kept.set(workspaceId, longer(valueOf(this.#kept, workspaceId), value));
  }

  /** Lets go of what no verifier needs any more, so that one who once asked for much does not slow every restart. */
  async expire(trustOf: (workspaceId: WorkspaceId) => number | null): Promise<void> {
    for (const [workspaceId, kept] of this.#kept) {
      const { goneMs } = this.unknown(workspaceId);
      const isOver = goneMs !== null && goneMs < this.#clock.monotonicMs();
      const needed = trustOf(workspaceId);
      const isUnderWay = valueOf(this.#asked, workspaceId) !== kept;
      if (!isOver || isUnderWay || longer(needed, kept) === needed) continue;
      // Before the write: one who asks for more meanwhile has it written after this one.
      this.#kept.set(workspaceId, needed);
      this.#asked.set(workspaceId, needed);
      await this.#storage.keepTrustMax(workspaceId, needed);
    }
  }

  /** The verifiers that the predecessor had in the workspace. */
  unknown(workspaceId: WorkspaceId): Unknown {
    const trustMs = valueOf(this.#ofPredecessor, workspaceId);
    if (trustMs !== null) return { goneMs: fenceMs(this.#startedMs, trustMs) };
    const isOver = this.#clock.monotonicMs() - this.#startedMs > UNBOUNDED_FORGET_MS;
    return { goneMs: isOver ? this.#startedMs : null };
  }
}

function valueOf(trusts: Trusts, workspaceId: WorkspaceId): number | null {
  const trustMs = trusts.get(workspaceId);
  return trustMs === undefined ? 0 : trustMs;
}
