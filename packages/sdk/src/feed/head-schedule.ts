import type { Clock } from "../runtime/clock.ts";
import type { Cancel, Timers } from "../runtime/timers.ts";

/** Soonest after the last, where something was applied that the authority may be waiting to hear of. */
const HEAD_AGAIN_MS_MIN = 200;

/** When the next head is asked for: one at a time, and sooner where that is worth it. */
export class HeadSchedule {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #ask: () => void;
  #cancel: Cancel | undefined;
  #dueMs = Infinity;
  #sentMs = -Infinity;
  #isStopped = false;

  constructor(clock: Clock, timers: Timers, ask: () => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#ask = ask;
  }

  /** Unless one is due before that. */
  in(delayMs: number): void {
    const dueMs = this.#clock.monotonicMs() + delayMs;
    if (this.#isStopped || dueMs >= this.#dueMs) return;
    this.#cancel?.();
    this.#dueMs = dueMs;
    this.#cancel = this.#timers.schedule(delayMs, () => {
      this.#dueMs = Infinity;
      this.#ask();
    });
  }

  /** As soon as the last is long enough ago. */
  soon(): void {
    const sinceMs = this.#clock.monotonicMs() - this.#sentMs;
    this.in(Math.max(0, HEAD_AGAIN_MS_MIN - sinceMs));
  }

  noteSent(atMs: number): void {
    this.#sentMs = atMs;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }
}
