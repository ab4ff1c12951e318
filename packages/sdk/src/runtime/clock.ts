import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";

/** The two clocks of a process: one says when it is, the other how long something takes. */
export interface Clock {
  now(): Instant;
  /** Milliseconds that only ever grow. On some machines they stop while the machine is suspended. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
};
