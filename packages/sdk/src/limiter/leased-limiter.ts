import { CountingLimiter } from "./counting-limiter.ts";
import { LeaseDesk } from "./lease-desk.ts";
import type { LeaseDeskParts } from "./lease-desk.ts";

/**
 * Spends what it has borrowed of limits that it shares with other verifiers. The first use of a limit waits for an answer;
 * with something in hand nothing does.
 */
export class LeasedLimiter extends CountingLimiter {
  constructor(parts: LeaseDeskParts) {
    super(new LeaseDesk(parts));
  }
}
