import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";

export interface Clock {
  now(): Instant;
  /** Milliseconds that only ever grow, for durations. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonicMs: () => performance.now(),
};
