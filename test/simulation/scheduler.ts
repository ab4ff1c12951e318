// Time that passes only from one event to the next, in an order that the seed decides.
import { instant } from "@keyward/core/time";
import type { Clock } from "@keyward/sdk/runtime/clock";
import type { Cancel, Timers } from "@keyward/sdk/runtime/timers";

const START = Date.UTC(2026, 0, 1);

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** The true time of a simulation, and everything that is going to happen in it. */
export class Scheduler implements Timers {
  #nowMs = 0;
  #order = 0;
  /** The next event last. */
  readonly #events: Event[] = [];

  /** Milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    this.#order++;
    const event = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, run };
    this.#events.splice(this.#placeOf(event), 0, event);
    return () => {
      const place = this.#events.indexOf(event);
      if (place >= 0) this.#events.splice(place, 1);
    };
  }

  /** Lets everything happen up to an instant, each event with all the promises that follow from it. */
  async runUntil(untilMs: number): Promise<void> {
    // What was begun before may have events yet to schedule.
    await settle();
    for (let event = this.#events.at(-1); event !== undefined; event = this.#events.at(-1)) {
      if (event.atMs > untilMs) break;
      this.#events.pop();
      this.#nowMs = event.atMs;
      event.run();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  #placeOf(event: Event): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#events[middle];
      if (other !== undefined && isLater(other, event)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isLater(one: Event, other: Event): boolean {
  return one.atMs === other.atMs ? one.order > other.order : one.atMs > other.atMs;
}

/** Promises run before the next turn of the event loop does. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A process with clocks of its own, which can be stopped with all that it does. */
export class SimulatedProcess {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly #scheduler: Scheduler;
  readonly #rate: number;
  readonly #waiting: (() => void)[] = [];
  #wallOffsetMs = 0;
  #stoodStillMs = 0;
  #pausedAtMs: number | undefined;
  #isMonotonicStopped = false;

  /** @param rate how fast its monotonic clock runs */
  constructor(scheduler: Scheduler, rate: number) {
    this.#scheduler = scheduler;
    this.#rate = rate;
    this.clock = {
      now: () => instant(Math.floor(START + scheduler.nowMs + this.#wallOffsetMs)),
      monotonicMs: () => (scheduler.nowMs - this.#stoodStillMs) * rate,
    };
    this.timers = {
      schedule: (delayMs, run) => {
        let isCancelled = false;
        const cancel = scheduler.schedule(delayMs / this.#rate, () => {
          this.deliver(() => {
            if (!isCancelled) run();
          });
        });
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** Runs it in the process: now, or when it goes on. */
  deliver(run: () => void): void {
    if (this.isPaused) this.#waiting.push(run);
    else run();
  }

  setWallClock(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** @param stopsMonotonic as when the whole machine is suspended; else as with SIGSTOP (F08) */
  pause(stopsMonotonic: boolean): void {
    this.#pausedAtMs ??= this.#scheduler.nowMs;
    this.#isMonotonicStopped = stopsMonotonic;
  }

  /** Goes on; what was due meanwhile happens after `first`, in its order. */
  resume(first: () => void): void {
    if (this.#pausedAtMs === undefined) return;
    if (this.#isMonotonicStopped) this.#stoodStillMs += this.#scheduler.nowMs - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
    first();
    for (const run of this.#waiting.splice(0)) {
      this.#scheduler.schedule(0, () => this.deliver(run));
    }
  }
}
