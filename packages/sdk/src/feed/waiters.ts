import { KeywardUnavailable } from "../client/errors.ts";
import type { Timers } from "../runtime/timers.ts";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait until the feed is ready, each for as long as it wants to. */
export class Waiters {
  readonly #timers: Timers;
  readonly #waiting = new Set<Waiter>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** @throws KeywardUnavailable after `timeoutMs`, and whatever {@link Waiters.reject} is told */
  wait(timeoutMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    this.#waiting.add(waiter);
    const cancel = this.#timers.schedule(timeoutMs, () => {
      reject(new KeywardUnavailable("timeout", `not ready within ${timeoutMs} ms`));
    });
    return promise.finally(() => {
      cancel();
      this.#waiting.delete(waiter);
    });
  }

  resolve(): void {
    for (const waiter of this.#waiting) waiter.resolve();
  }

  reject(error: Error): void {
    for (const waiter of this.#waiting) waiter.reject(error);
  }
}
