// Asking the authority for a key by its digest: spec/feed.md §8.
import type { LookupAnswer } from "@keyward/core/feed/questions";
import type { Digest } from "@keyward/core/key/digest";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Timers } from "../runtime/timers.ts";
import { AbsentDigests } from "./absent-digests.ts";
import { readClock } from "./freshness.ts";
import type { ClockReading } from "./freshness.ts";
import { LookupGate } from "./lookup-gate.ts";
import { MissBudget } from "./miss-budget.ts";

/** An answer, and the epoch that was asked: in another it says nothing. */
export type EpochAnswer = LookupAnswer & { readonly epoch: string };

/**
 * What a look-up brought. That there was no answer is never kept: an outage must not be remembered as a bad key (T22).
 *
 * - `too_many_misses`: the network has asked for too many keys that do not exist
 * - `busy`: too many look-ups are running and waiting, or the authority has been failing
 * - `no_answer`: the authority did not answer, or not as it should
 */
export type LookupResult =
  | {
      readonly outcome: "answered";
      readonly answer: EpochAnswer;
      /** Read before the question left: the answer says what was so at that instant or later. */
      readonly sentAt: ClockReading;
    }
  | {
      readonly outcome: "unavailable";
      readonly reason: "too_many_misses" | "busy" | "no_answer";
      readonly cause?: unknown;
    };

export interface LookupParts {
  /** Asks the authority, within a bounded time. Rejects when there is no answer. */
  readonly ask: (digest: Digest) => Promise<EpochAnswer>;
  /** Whether a key that is looked up hardly ever exists: then it is taken for a miss until it is answered. */
  readonly isMissLikely: boolean;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** Look-ups, bounded in number whatever is asked of them, and what they found to be absent. */
export class Lookups {
  readonly #parts: LookupParts;
  readonly #gate: LookupGate;
  readonly #budget = new MissBudget();
  readonly #absent: AbsentDigests;
  readonly #running = new Map<Digest, Promise<LookupResult>>();

  constructor(parts: LookupParts) {
    this.#parts = parts;
    this.#gate = new LookupGate(parts.timers);
    this.#absent = new AbsentDigests(parts.random);
  }

  isAbsent(digest: Digest): boolean {
    return this.#absent.has(digest, this.#parts.clock.monotonicMs());
  }

  rememberAbsent(digest: Digest): void {
    this.#absent.add(digest, this.#parts.clock.monotonicMs());
  }

  /** To be called whenever something was applied. */
  forgetAbsent(): void {
    this.#absent.forget();
  }

  /**
   * Asks, or waits for the answer to the same question. Never rejects.
   *
   * @param network whose budget a miss is taken from; `undefined` for a key that is known to exist
   */
  find(digest: Digest, network: string | undefined): Promise<LookupResult> {
    const running = this.#running.get(digest);
    if (running !== undefined) return running;
    if (network !== undefined && !this.#begins(network)) {
      return Promise.resolve({ outcome: "unavailable", reason: "too_many_misses" });
    }
    const asked = this.#ask(digest).then((result) => {
      this.#running.delete(digest);
      const isMiss = result.outcome === "answered" && result.answer.changes.length === 0;
      if (network !== undefined) this.#ended(network, isMiss);
      return result;
    });
    this.#running.set(digest, asked);
    return asked;
  }

  #begins(network: string): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    return this.#parts.isMissLikely
      ? this.#budget.take(network, nowMs)
      : this.#budget.has(network, nowMs);
  }

  #ended(network: string, isMiss: boolean): void {
    const { isMissLikely, clock } = this.#parts;
    if (isMissLikely && !isMiss) this.#budget.giveBack(network);
    if (!isMissLikely && isMiss) this.#budget.charge(network, clock.monotonicMs());
  }

  async #ask(digest: Digest): Promise<LookupResult> {
    if (!(await this.#gate.enter())) return { outcome: "unavailable", reason: "busy" };
    let hasFailed = true;
    try {
      const sentAt = readClock(this.#parts.clock);
      const answer = await this.#parts.ask(digest);
      hasFailed = false;
      return { outcome: "answered", answer, sentAt };
    } catch (cause) {
      return { outcome: "unavailable", reason: "no_answer", cause };
    } finally {
      this.#gate.leave(hasFailed);
    }
  }
}
