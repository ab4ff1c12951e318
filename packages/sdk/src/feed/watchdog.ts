import type { Cancel, Timers } from "../runtime/timers.ts";

/** Bites when it was not fed for a while. */
export class Watchdog {
  readonly #timers: Timers;
  readonly #patienceMs: number;
  readonly #bite: () => void;
  #cancel: Cancel;

  constructor(timers: Timers, patienceMs: number, bite: () => void) {
    this.#timers = timers;
    this.#patienceMs = patienceMs;
    this.#bite = bite;
    this.#cancel = timers.schedule(patienceMs, bite);
  }

  feed(): void {
    this.#cancel();
    this.#cancel = this.#timers.schedule(this.#patienceMs, this.#bite);
  }

  stop(): void {
    this.#cancel();
  }
}
