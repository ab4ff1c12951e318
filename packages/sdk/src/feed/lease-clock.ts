import type { At } from "@keyward/core/limit/counter";
import type { ClockReading } from "./freshness.ts";

/**
 * Time for leases, by whichever clock has gone on further since it was last read: of a machine that was suspended the monotonic
 * clock may have stood still, and what it had borrowed must have ended all the same (F08).
 */
export class LeaseClock {
  #nowMs = 0;
  #last: ClockReading | undefined;

  at(now: ClockReading): At {
    const last = this.#last;
    if (last === undefined) this.#nowMs = now.monotonicMs;
    else {
      this.#nowMs += Math.max(now.monotonicMs - last.monotonicMs, now.wallMs - last.wallMs, 0);
    }
    this.#last = now;
    return { monotonicUs: Math.floor(this.#nowMs * 1_000), now: now.wallMs };
  }
}
