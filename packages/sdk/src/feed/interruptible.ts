import { KeywardUnavailable } from "../client/errors.ts";
import type { Timers } from "../runtime/timers.ts";
import { Watchdog } from "./watchdog.ts";

/** What the loop of a feed waits for, one thing at a time: an answer that it reads, or a pause. Both can be ended from outside. */
export class Interruptible {
  readonly #timers: Timers;
  #reading: AbortController | undefined;
  #endPause: (() => void) | undefined;
  #closedWith: Error | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Reads a body line by line; a silence ends it as well. */
  async read<Result>(
    silentMsMax: number,
    read: (signal: AbortSignal, onLine: () => void) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    if (this.#closedWith !== undefined) controller.abort(this.#closedWith);
    const watchdog = new Watchdog(this.#timers, silentMsMax, () => {
      controller.abort(new KeywardUnavailable("timeout", `nothing came for ${silentMsMax} ms`));
    });
    this.#reading = controller;
    try {
      return await read(controller.signal, () => watchdog.feed());
    } finally {
      watchdog.stop();
      this.#reading = undefined;
      controller.abort();
    }
  }

  pause(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#endPause = undefined;
        resolve();
      };
      const cancel = this.#timers.schedule(waitMs, end);
      this.#endPause = end;
    });
  }

  /** What is being read fails with the reason; a pause is over. */
  interrupt(reason: Error): void {
    this.#reading?.abort(reason);
    this.#endPause?.();
  }

  /** The same, for whatever is read from now on as well. */
  close(reason: Error): void {
    this.#closedWith = reason;
    this.interrupt(reason);
  }
}
