import type { Cancel, Timers } from "../runtime/timers.ts";

/** How many look-ups run at once (spec/feed.md §8, F14). */
export const LOOKUPS_MAX = 32;
const WAITING_MAX = 256;
const WAIT_MS_MAX = 1_000;
/** So many failures in a row, and one look-up at a time has to show that the authority is there again. */
const FAILURES_MAX = 5;

interface Waiter {
  readonly enter: (isIn: boolean) => void;
  readonly cancel: Cancel;
}

/**
 * Lets a bounded number in at once and keeps a bounded number waiting for a bounded time. While the authority fails it lets
 * in one at a time and nobody waits: an outage then costs a caller nothing but the answer that there is none, and the first
 * success ends it (T22).
 */
export class LookupGate {
  readonly #timers: Timers;
  readonly #waiting = new Set<Waiter>();
  #running = 0;
  #failures = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Whether the caller is in; then it must {@link leave}. */
  enter(): Promise<boolean> | boolean {
    if (this.#running < this.#runningMax) {
      this.#running++;
      return true;
    }
    if (this.#isFailing || this.#waiting.size >= WAITING_MAX) return false;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        enter: resolve,
        cancel: this.#timers.schedule(WAIT_MS_MAX, () => this.#admit(waiter, false)),
      };
      this.#waiting.add(waiter);
    });
  }

  leave(hasFailed: boolean): void {
    this.#failures = hasFailed ? this.#failures + 1 : 0;
    this.#running--;
    for (const waiter of this.#waiting) {
      if (this.#isFailing) this.#admit(waiter, false);
      else if (this.#running < this.#runningMax) {
        this.#running++;
        this.#admit(waiter, true);
      } else return;
    }
  }

  get #isFailing(): boolean {
    return this.#failures >= FAILURES_MAX;
  }

  get #runningMax(): number {
    return this.#isFailing ? 1 : LOOKUPS_MAX;
  }

  #admit(waiter: Waiter, isIn: boolean): void {
    this.#waiting.delete(waiter);
    waiter.cancel();
    waiter.enter(isIn);
  }
}
