// What a server that has just started must allow for: verifiers that its predecessor has answered, and of whom it knows
// nothing but how long the most trusting of them may go on.
import type { Clock } from "../runtime/clock.ts";
import type { SystemStorage } from "../storage/storage.ts";
import type { Unknown } from "./barrier.ts";
import { fenceMs, UNBOUNDED_FORGET_MS } from "./verifiers.ts";

type TrustStorage = Pick<SystemStorage, "keepTrustMax" | "readTrustMax">;

export class TrustMax {
  readonly #storage: TrustStorage;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #ofPredecessor: number | "unbounded";
  #kept: number | "unbounded";

  private constructor(storage: TrustStorage, clock: Clock, kept: number | "unbounded") {
    this.#storage = storage;
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#ofPredecessor = kept;
    this.#kept = kept;
  }

  /** To be called before the first verifier is answered. */
  static async read(storage: TrustStorage, clock: Clock): Promise<TrustMax> {
    return new TrustMax(storage, clock, await storage.readTrustMax());
  }

  /** Makes it durable before the verifier is answered. */
  async allow(trustMs: number | null): Promise<void> {
    const isAllowed = this.#kept === "unbounded" || (trustMs !== null && trustMs <= this.#kept);
    if (isAllowed) return;
    const value = trustMs ?? "unbounded";
    await this.#storage.keepTrustMax(value);
    this.#kept = longest(this.#kept, value);
  }

  /** The verifiers of the predecessor. */
  unknown(): Unknown {
    if (this.#ofPredecessor === "unbounded") {
      const isOver = this.#clock.monotonicMs() - this.#startedMs > UNBOUNDED_FORGET_MS;
      return { goneMs: isOver ? this.#startedMs : null };
    }
    return { goneMs: fenceMs(this.#startedMs, this.#ofPredecessor) };
  }
}

function longest(one: number | "unbounded", other: number | "unbounded"): number | "unbounded" {
  return one === "unbounded" || other === "unbounded" ? "unbounded" : Math.max(one, other);
}
