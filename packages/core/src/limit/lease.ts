// What a verifier borrows of the limits that it shares with others: spec/limits.md §10.
import type { ApiId, CredentialId, WorkspaceId } from "../id.ts";
import type { LimitOf } from "./limit-report.ts";

/** How much is wanted of one limit. For concurrency a unit is a slot. */
export interface LeaseWish {
  readonly of: LimitOf;
  readonly name: string;
  /** The fewest that are of any use, from 1 on: what the cheapest of those who wait still lacks. */
  readonly least: number;
  /** What all who wait lack together. */
  readonly need: number;
  /** What will probably be wanted within the life of a lease, besides. */
  readonly ahead: number;
}

/** What one key's requests want, of all limits together or of none. */
export interface LeaseAsk {
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId;
  readonly keyId: CredentialId;
  readonly network: string | undefined;
  readonly wishes: readonly LeaseWish[];
}

/** Units of a lease that were not used, or slots that are free again. Never sent twice. */
export interface LeaseReturn {
  readonly lease: string;
  readonly units: number;
}

export interface LeaseRequest {
  /** The process that asks: a random id, as in the head of the feed. */
  readonly verifier: string;
  /** Counts the requests of the process from 1 on. The returns of one that is no newer than another are ignored. */
  readonly sequence: number;
  readonly asks: readonly LeaseAsk[];
  readonly returns: readonly LeaseReturn[];
}

/** How one limit answers a wish. */
export interface Lent {
  /** What returns name; `null` where nothing was lent. */
  readonly lease: string | null;
  /** From 0, and never more than what was wanted. */
  readonly units: number;
  /** Units that would still pass at the authority; below 0 where an overflow has been used. */
  readonly remaining: number;
  /** After how long the least would pass: 0 where it does, `null` where time does not help. */
  readonly retryMs: number | null;
  /** Until there is more; `null` where all is there, or time brings none. */
  readonly refillsInMs: number | null;
}

export interface LeaseAnswer {
  /** Verifiers that have lately borrowed, this one included: whoever is cut off counts by his share. */
  readonly verifiers: number;
  /** In the order of the asks and of their wishes. */
  readonly lent: readonly (readonly Lent[])[];
}

/** Asks and returns of one request. */
export const LEASE_ASKS_MAX = 100;
export const LEASE_RETURNS_MAX = 1_000;
/** Wishes of one ask: every limit that a key, its owner and its api can have, with their plans. */
export const LEASE_WISHES_MAX = 40;
/** Of one wish. */
export const LEASE_UNITS_MAX = 1_000_000_000_000;
