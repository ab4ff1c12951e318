// The port of limits. Whoever decides knows this file and no adapter; every adapter passes limiter.contract.ts.
import type { ApiId, CredentialId, OwnerId, WorkspaceId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import type { At } from "@keyward/core/limit/counter";
import type { UnitCounter } from "@keyward/core/limit/unit-store";
import type { LimitReport } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import type { DenialCode, DenialStatus } from "@keyward/core/verdict/codes";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Allowed, Verdict } from "@keyward/core/verdict/verdict";

/** Whose request it is. `KeySnapshot` is one. */
export interface LimitedKey {
  readonly workspaceId: WorkspaceId;
  readonly keyId: CredentialId;
  readonly ownerId: OwnerId;
  readonly apiId: ApiId;
  readonly environment: Environment;
  readonly limits: readonly Limit[];
  readonly ownerLimits: readonly Limit[];
  readonly apiLimits: readonly Limit[];
}

/** What is needed of a key after a wait, when a view of it may not be valid any more. */
export function detached(key: LimitedKey): LimitedKey {
  const { workspaceId, keyId, ownerId, apiId, environment, limits, ownerLimits, apiLimits } = key;
  return { workspaceId, keyId, ownerId, apiId, environment, limits, ownerLimits, apiLimits };
}

/** One request that is to be counted. */
export interface Demand {
  /** Read before {@link Limiter.charge} returns, and never after: it may be a view. */
  readonly key: LimitedKey;
  /** 0 looks, and is refused by nothing. */
  readonly cost: number;
  /** Where it came from, in canonical form; what is not told shares one counter. */
  readonly network: string | undefined;
  readonly at: At;
  /** Whether what it comes to is known only later, and will be settled. */
  readonly hold: boolean;
  /** Judges and tells, but charges nothing. */
  readonly dryRun: boolean;
}

/** What was charged, until it is settled or forgotten. */
export interface Charged {
  readonly cost: number;
  /** Whether it holds a slot, which is free again when it is settled. */
  readonly holdsSlot: boolean;
  /** Which counters of durable units it was charged to; known of a demand that was to be held. */
  readonly units: readonly UnitCounter[];
  /** Gives back what of the cost was not used, and frees the slot. Once: later calls do nothing. */
  settle(actual: number, at: At): void;
}

export interface ChargeAnswer {
  /** `undefined`: nothing refuses. */
  readonly refusal: { readonly code: DenialCode; readonly status: DenialStatus } | undefined;
  readonly report: LimitReport;
  /** `undefined` where nothing was charged. */
  readonly charged: Charged | undefined;
}

/** What a cost is refused with that a limit would never admit (spec/limits.md §7). */
export const TOO_DEAR = { code: "cost_exceeds_limit", status: 400 } as const;
/** How long whoever is refused for want of a store is told to wait. */
export const STORE_RETRY_SECONDS = 1;

/**
 * Counts requests against all limits of a key, its owner and its api: all of them or none. Answers at once where it can,
 * and with a promise where a store must be asked first. A store that does not answer is not an error: each limit says what it
 * then means, and the report that it is degraded.
 */
export interface Limiter {
  /** The same at once; `undefined` where somebody has to be asked first, and then nothing was charged and nobody asked. */
  chargeNow(demand: Demand): ChargeAnswer | undefined;
  charge(demand: Demand): ChargeAnswer | Promise<ChargeAnswer>;
}

/** The verdict on an allowed key once its limits have been asked. */
export function limited<Key extends KeySnapshot>(
  verdict: Allowed<Key>,
  { refusal, report }: ChargeAnswer,
): Verdict<Key> {
  if (refusal === undefined) return { ...verdict, limits: report };
  const { code, status } = refusal;
  return { outcome: "denied", code, status, key: verdict.key, limits: report };
}

export function isLimited({ limits, ownerLimits, apiLimits }: LimitedKey): boolean {
  return limits.length > 0 || ownerLimits.length > 0 || apiLimits.length > 0;
}
