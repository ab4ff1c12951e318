// The part of the storage port that keeps what has been used: spec/usage.md.
import type { ApiId, CredentialId, OwnerId, PlanId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import type { UsageBatch } from "@keyward/core/usage/cell";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { SubjectWithin, TenantScope } from "./storage.ts";

/** Whole days are those of UTC. */
export type Grain = "minute" | "hour" | "day";

export const GRAIN_SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const satisfies Record<
  Grain,
  number
>;

/** Days are also summed up in blocks of so many, from which sums over a long time are read. */
const BLOCK_DAYS = 16;

/** Finest first, each a whole multiple of the one before. */
export const UNIT_SECONDS = [
  GRAIN_SECONDS.minute,
  GRAIN_SECONDS.hour,
  GRAIN_SECONDS.day,
  GRAIN_SECONDS.day * BLOCK_DAYS,
] as const;
export type UnitSeconds = (typeof UNIT_SECONDS)[number];

/** For how long each grain is kept at least. A block is kept as its days. */
export const GRAIN_KEPT_DAYS = { minute: 7, hour: 90, day: 1_096 } as const satisfies Record<
  Grain,
  number
>;
const KEPT_SECONDS = [...Object.values(GRAIN_KEPT_DAYS), GRAIN_KEPT_DAYS.day].map(
  (days) => days * GRAIN_SECONDS.day,
);

/**
 * The first bucket of a unit that is kept at an instant. What lies in the same bucket of the next coarser unit is forgotten
 * at once, so that the coarser bucket less some of its parts is always the sum of the others.
 */
export function firstKept(unit: UnitSeconds, now: Instant): number {
  const place = UNIT_SECONDS.indexOf(unit);
  const coarser = UNIT_SECONDS[place + 1] ?? unit;
  const keptSince = now / 1000 - (KEPT_SECONDS[place] ?? 0);
  return (Math.floor(keptSince / coarser) * coarser) / unit;
}

/** What sums can be told apart by, besides time. Another one is a column of the series. */
export const USAGE_DIMENSIONS = [
  "key",
  "owner",
  "plan",
  "api",
  "environment",
  "code",
  "tag",
] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

export interface UsageFilter {
  readonly keyId?: CredentialId;
  readonly ownerId?: OwnerId;
  readonly planId?: PlanId;
  readonly apiId?: ApiId;
  readonly environment?: Environment;
  readonly codes?: readonly VerdictCode[];
  readonly tag?: string;
}

export interface UsageQuestion {
  readonly grain: Grain;
  /** Buckets that begin at `from` or later, and before `to`. */
  readonly from: Instant;
  readonly to: Instant;
  readonly filter: UsageFilter;
  readonly by: readonly UsageDimension[];
  /** Whether each bucket has a sum of its own. */
  readonly byBucket: boolean;
}

export interface UsageSum {
  /** Where the bucket begins; `null` for all of them together. */
  readonly bucket: Instant | null;
  /** In the order of `by`; empty where it is not known, as the key of a decision about none. */
  readonly names: readonly string[];
  readonly count: number;
  readonly cost: number;
}

/** Attempts with what is no key, by where they came from. */
export interface StrangerSum {
  readonly code: VerdictCode;
  readonly network: string | null;
  readonly brand: string;
  readonly count: number;
}

/** That a key was used from where it had not been used in the days that are kept, and had been used from elsewhere. */
export interface NewNetwork {
  readonly keyId: CredentialId;
  /** `null` where a reporter has not told its name: of several within a second it tells the last. */
  readonly network: string | null;
}

export type Counted =
  | {
      readonly outcome: "counted";
      readonly lateCount: number;
      readonly newNetworks: readonly NewNetwork[];
    }
  /** It has been counted before. */
  | { readonly outcome: "repeated" }
  /** Batches before it are missing, too many of them. */
  | { readonly outcome: "too_far" };

export interface UsageStorage {
  /**
   * Counts a batch once, however often it comes, in all grains: when this answers, it is durable. Of keys that are not of
   * the subject the count is kept without the key.
   *
   * @param subject whose usage the reporter may tell; `null` for all of the workspace
   */
  count(
    scope: TenantScope,
    subject: SubjectWithin | null,
    batch: UsageBatch,
    now: Instant,
  ): Promise<Counted>;
  /** Only those that are not zero, in no order. */
  sum(scope: TenantScope, question: UsageQuestion): Promise<readonly UsageSum[]>;
  /** The most frequent first. */
  listStrangers(
    scope: TenantScope,
    range: { readonly from: Instant; readonly to: Instant },
    limit: number,
  ): Promise<readonly StrangerSum[]>;
  /** Forgets what has been kept for long enough: a bounded part of it each time. */
  tidy(now: Instant): Promise<void>;
}
