import { CountingLimiter } from "./counting-limiter.ts";
import { LeaseDesk } from "./lease-desk.ts";
import type { LeaseDeskParts } from "./lease-desk.ts";
import type { ChargeAnswer, Demand } from "./limiter.ts";

/** After so many, counters that count nothing any more are looked for. */
const CHARGES_PER_SWEEP = 1_000;

/**
 * Spends what it has borrowed of limits that it shares with other verifiers. The first use of a limit waits for an answer;
 * with something in hand nothing does.
 */
export class LeasedLimiter extends CountingLimiter {
  #charges = 0;

  constructor(parts: LeaseDeskParts) {
    super(new LeaseDesk(parts));
  }

  override chargeNow(demand: Demand): ChargeAnswer | undefined {
    if (++this.#charges % CHARGES_PER_SWEEP === 0) this.sweep(demand.at);
    return super.chargeNow(demand);
  }
}
