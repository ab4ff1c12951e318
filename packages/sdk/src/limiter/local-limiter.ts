import { CountingLimiter } from "./counting-limiter.ts";
import type { Lender } from "./lender.ts";
import { LocalLender } from "./local-lender.ts";
import { UnitDesk } from "./unit-desk.ts";
import type { UnitDeskParts } from "./unit-desk.ts";

/**
 * Counts in the memory of this process, exactly, and lends of what it counts to others. Units of quotas and credits come out
 * of a store before they are spent, some ahead.
 */
export class LocalLimiter extends CountingLimiter {
  readonly lender: Lender;

  constructor(parts: UnitDeskParts) {
    const desk = new UnitDesk(parts);
    super(desk);
    this.lender = new LocalLender(this.accounts, desk);
  }
}
