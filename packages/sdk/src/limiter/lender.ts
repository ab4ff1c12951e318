// The port of whoever keeps the counts that verifiers share. Every adapter passes lender.contract.ts.
import type { At } from "@keyward/core/limit/counter";
import type { LeaseWish } from "@keyward/core/limit/lease";
import type { LimitOf } from "@keyward/core/limit/limit-report";
import type { LimitedKey } from "./limiter.ts";

/** Whose limits are wished for. The key is as the lender knows it, not as the borrower does. */
export interface Borrower {
  readonly key: LimitedKey;
  readonly network: string | undefined;
}

export interface Loan extends Borrower {
  readonly wishes: readonly LeaseWish[];
  /** How many share what is left, from 1 on. */
  readonly borrowers: number;
}

/** What one limit gave, and how it stands after that. */
export interface LentUnits {
  /** From 0 to `need + ahead`. */
  readonly units: number;
  /** Below 0 where an overflow has been used. */
  readonly remaining: number;
  /** After how many microseconds the least would pass: 0 where it does, Infinity where time does not help. */
  readonly waitUs: number;
  readonly refillsInUs: number | undefined;
  /** When it was lent, by the lender's own clocks; named again when it is given back. */
  readonly at: At;
}

export interface LoanReturn extends Borrower {
  readonly of: LimitOf;
  readonly name: string;
  /** Never more than that loan gave. */
  readonly units: number;
  /** Of the loan. */
  readonly at: At;
}

/**
 * Lends units of limits to those who will spend them. What must hold of every lender (K5):
 *
 * - What it answers has been counted before it answers, together with everything else that the limit has admitted; of quotas and
 *   credits durably.
 * - A borrower spends within `LEASE_US` of asking. A unit of a rate counts when it is lent. A unit of a window counts until
 *   `LENT_US_MAX` and the window are over, a slot until `LENT_US_MAX` and its `lease_seconds` are: so nothing holds less.
 * - Of one loan all limits give at least their `least`, or none gives anything; dry-run limits aside, which give nothing
 *   where they would not, and hinder nobody. Its wishes then tell why, and change no count.
 * - A limit gives `need` as far as it passes, and then of `ahead` no more than its borrowers' even share of what is left. So near
 *   its end it gives to each what he needs now, and is exact.
 * - A limit that the key does not have gives nothing, and is asked again in 50 ms: one of the two knows of a change first.
 * - What is given back counts as if it had never been lent, in the period in which it was. A rate takes nothing back. The caller
 *   sees to it that each loan is given back once at most.
 */
export interface Lender {
  /**
   * @returns in the order of the loans and of their wishes
   * @throws whatever the store failed with; nothing may then have been lent that is not lost
   */
  lend(loans: readonly Loan[]): Promise<readonly (readonly LentUnits[])[]>;
  giveBack(returns: readonly LoanReturn[]): Promise<void>;
}

/** What a limit answers that the key does not have. */
export const UNKNOWN_LIMIT_WAIT_US = 50_000;
