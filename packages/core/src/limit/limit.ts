// Limits as storage keeps them, the feed carries them and the wire shows them: complete, with every default written out.

/** What a limit counts by. `key`, `owner` and `api` are those of the presented key; `network` is where it came from. */
export type LimitSubject = "key" | "owner" | "api" | "network";

/** What a limit means while the store that it needs cannot be reached. */
export type WhenUnavailable = "local" | "deny" | "allow";

interface LimitFields {
  /** Unique in its set: 1 to 64 of `a-z 0-9 _ -`, beginning with a letter or a digit. */
  readonly name: string;
  /** `null` counts by what the limit is set on. */
  readonly per: LimitSubject | null;
  /** Counts and tells, but never refuses. */
  readonly dry_run: boolean;
  readonly when_unavailable: WhenUnavailable;
}

/** At most `burst + rate × τ / per_seconds` units in any interval τ (GCRA). */
export interface RateLimit extends LimitFields {
  readonly kind: "rate";
  readonly rate: number;
  readonly per_seconds: number;
  readonly burst: number;
}

/** Never more than `limit` units in any `window_seconds`. */
export interface WindowLimit extends LimitFields {
  readonly kind: "window";
  readonly limit: number;
  readonly window_seconds: number;
}

export type QuotaPeriod = "day" | "week" | "month" | "year";

/** At most `limit` units, and `overflow` more, in each period of a calendar. */
export interface QuotaLimit extends LimitFields {
  readonly kind: "quota";
  readonly limit: number;
  readonly period: QuotaPeriod;
  /** An IANA zone. */
  readonly time_zone: string;
  /** A local date, `2026-01-31`, at whose midnight periods begin and from which they are counted; `null` is the calendar's own. */
  readonly anchor: string | null;
  /** Use above it is told; `null` is none. */
  readonly soft_limit: number | null;
  /** Units beyond the limit that are admitted, and told. */
  readonly overflow: number;
}

/** At most `limit` requests that have begun and neither ended nor outlived `lease_seconds`. */
export interface ConcurrencyLimit extends LimitFields {
  readonly kind: "concurrency";
  readonly limit: number;
  readonly lease_seconds: number;
}

/** Prepaid: `limit` units in all. Refilled by raising it. */
export interface CreditsLimit extends LimitFields {
  readonly kind: "credits";
  readonly limit: number;
  /** The HTTP status of a request that finds them used up. */
  readonly exhausted_status: 402 | 403 | 429;
}

export type Limit = RateLimit | WindowLimit | QuotaLimit | ConcurrencyLimit | CreditsLimit;
export type LimitKind = Limit["kind"];

export const LIMITS_PER_SET_MAX = 8;
/** Units of one request, and of a burst. */
export const BURST_MAX = 1_000_000;
/** Units of a rate, each `per_seconds`: the widest numbers still multiply exactly in a double. */
export const RATE_MAX = 1_000_000;
export const RATE_PER_SECONDS_MAX = 3_600;
export const WINDOW_LIMIT_MAX = 1_000_000_000;
export const WINDOW_SECONDS_MAX = 86_400;
/** Of a quota with its overflow, and of credits. */
export const UNITS_MAX = 1_000_000_000_000;
export const CONCURRENCY_MAX = 1_000;
export const CONCURRENCY_LEASE_SECONDS_MAX = 3_600;

/** The most that one request could ever be charged; a dearer one is a mistake of whoever set the cost. */
export function costMaxOf(limit: Limit): number {
  switch (limit.kind) {
    case "rate":
      return limit.burst;
    case "window":
      return limit.limit;
    case "quota":
      return limit.limit + limit.overflow;
    case "concurrency":
    case "credits":
      return Infinity;
  }
}

/** The limits of a plan, with those that the key or owner sets under the same name in their place, and its further ones. */
export function withOverrides(plan: readonly Limit[], own: readonly Limit[]): readonly Limit[] {
  if (own.length === 0) return plan;
  const names = new Set(own.map(({ name }) => name));
  return [...plan.filter(({ name }) => !names.has(name)), ...own];
}
