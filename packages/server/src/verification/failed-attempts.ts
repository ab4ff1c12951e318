import { NetworkRate } from "../runtime/network-rate.ts";

/**
 * Texts that open no key (T24). They are counted by network alone, never by key: nobody is locked out by what others try. It
 * is asked only about what is no key, so a right key never waits for it.
 */
export class FailedAttempts extends NetworkRate {
  constructor() {
    super("failed-attempts", { burst: 20, perSecond: 1 });
  }
}
