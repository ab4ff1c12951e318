import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Clock } from "../runtime/clock.ts";

/** 2026-01-01T00:00:00Z, a Thursday. */
export const START = instant(1_767_225_600_000);

/** For tests: a clock that goes when it is told to. */
export class FakeClock implements Clock {
  #now: Instant = START;

  now(): Instant {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#now - START;
  }

  advanceSeconds(seconds: number): void {
    this.#now = addSeconds(this.#now, seconds);
  }
}
