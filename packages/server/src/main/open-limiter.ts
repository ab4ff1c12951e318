import type { UnitStore } from "@keyward/core/limit/unit-store";
import type { Limiter } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";

/** How often counters that count nothing any more are looked for. */
const SWEEP_EVERY_MS = 1_000;

export interface OpenedLimiter {
  readonly limiter: Limiter;
  /** Gives the units in hand back to their store. */
  close(): Promise<void>;
}

/** Counts in this process, with units of quotas and credits out of the store. */
export function openLimiter(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: UnitStore;
}): OpenedLimiter {
  const { clock, log, store } = parts;
  const now = () => ({
    monotonicUs: Math.floor(clock.monotonicMs() * 1_000),
    now: clock.now(),
  });
  const limiter = new LocalLimiter({
    store,
    now,
    onStore: (error) => {
      if (error === undefined) log.event("quotas and credits are counted durably again");
      else log.failed(error);
    },
  });
  const sweeping = setInterval(() => limiter.sweep(now()), SWEEP_EVERY_MS).unref();
  return {
    limiter,
    close: async () => {
      clearInterval(sweeping);
      await limiter.close(now());
    },
  };
}
