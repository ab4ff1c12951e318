import type { UnitStore } from "@keyward/core/limit/unit-store";
import type { At } from "@keyward/core/limit/counter";
import type { LeaseSource } from "@keyward/sdk/limiter/lease-source";
import { LeasedLimiter } from "@keyward/sdk/limiter/leased-limiter";
import type { Lender } from "@keyward/sdk/limiter/lender";
import type { Limiter } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import type { UnitDeskParts } from "@keyward/sdk/limiter/unit-desk";
import { systemTimers } from "@keyward/sdk/runtime/timers";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";

/** How often counters that count nothing any more are looked for. */
const SWEEP_EVERY_MS = 1_000;
const VERIFIER_BYTES = 16;

export interface LimiterParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: UnitStore;
}

export interface OpenedLimiter {
  readonly limiter: Limiter;
  /** Gives the units in hand back to their store. */
  close(): Promise<void>;
}

/** Counts for others, too. */
export interface OpenedAuthority extends OpenedLimiter {
  readonly lender: Lender;
}

/** Counts in this process, with units of quotas and credits out of the store. */
export function openLimiter(parts: LimiterParts): OpenedAuthority {
  const limiter = new LocalLimiter(unitDeskParts(parts));
  return { ...opened(limiter, () => readAt(parts.clock)), lender: limiter.lender };
}

export function unitDeskParts({ clock, log, store }: LimiterParts): UnitDeskParts {
  return {
    store,
    now: () => readAt(clock),
    onStore: (error) => {
      if (error === undefined) log.event("quotas and credits are counted durably again");
      else log.failed(error);
    },
  };
}

/** Spends what is borrowed of whoever counts for this process and others. */
export function openLeasedLimiter(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly source: LeaseSource;
}): OpenedLimiter {
  const { clock, log, random, source } = parts;
  const now = () => readAt(clock);
  const limiter = new LeasedLimiter({
    source,
    verifier: Buffer.from(random.bytes(VERIFIER_BYTES)).toString("hex"),
    timers: systemTimers,
    now,
    onSource: (error) => {
      if (error === undefined)
        log.event("limits are counted together with the other processes again");
      else log.failed(error);
    },
  });
  return opened(limiter, now);
}

interface SweptLimiter extends Limiter {
  sweep(at: At): void;
  close(at: At): Promise<void>;
}

export function readAt(clock: Clock): At {
  return { monotonicUs: Math.floor(clock.monotonicMs() * 1_000), now: clock.now() };
}

export function opened(limiter: SweptLimiter, now: () => At): OpenedLimiter {
  const sweeping = setInterval(() => limiter.sweep(now()), SWEEP_EVERY_MS).unref();
  return {
    limiter,
    close: async () => {
      clearInterval(sweeping);
      await limiter.close(now());
    },
  };
}
