// What verifications add up to: spec/usage.md §2 and §3.
import type { ClientId, CredentialId, SecretId } from "../id.ts";
import type { LogEntry } from "../log/entry.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import type { KeyNeed } from "./need.ts";

/** The finest grain that is counted. */
export const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1_440;

/** A cell that comes later than this is not counted any more. */
export const LATE_DAYS_MAX = 35;

/** Too short for a whole key: what is pasted into a tag by mistake is refused (K4). */
export const TAG_CHARS_MAX = 48;
const TAG = /^[A-Za-z0-9._:/{}*~-]*$/;

/** Decisions of one kind within one minute. */
export interface UsageCell {
  /** Whole minutes since 1970 at which the cell begins; after coarsening, those of its hour. */
  readonly minute: number;
  /** `null`: of no key, or no longer told apart. */
  readonly keyId: CredentialId | null;
  readonly code: VerdictCode;
  /** The producer's own word for what was asked, such as a route; empty for none. */
  readonly tag: string;
  readonly count: number;
  /** What was allowed cost this much; nothing else costs anything. */
  readonly cost: number;
}

/** How a secret was last used, and from where since the last report. */
export interface SecretUse {
  readonly keyId: CredentialId;
  readonly secretId: SecretId | ClientId;
  readonly at: Instant;
  /** The network of the last use, see `networkOf` in network.ts; `null` when nobody said. */
  readonly network: string | null;
  /** The product that the last use named in its `User-Agent`; `null` when it named none. */
  readonly agent: string | null;
  /** Distinct networks, as the text of a `DistinctCounter`. */
  readonly networks: string;
}

/** Who presented what is no key here: attempts, by where they came from. Each is in a {@link UsageCell}, too. */
export interface StrangerCell {
  readonly minute: number;
  readonly code: VerdictCode;
  /** `null`: unknown, or no longer told apart. */
  readonly network: string | null;
  /** The brand that the presented text begins with, if it looks like a key; empty otherwise. */
  readonly brand: string;
  readonly count: number;
}

export interface Usage {
  readonly cells: readonly UsageCell[];
  readonly uses: readonly SecretUse[];
  readonly strangers: readonly StrangerCell[];
  readonly needs: readonly KeyNeed[];
  /** Single decisions, of which each is in a cell, too: spec/logs.md. */
  readonly log: readonly LogEntry[];
}

/** Whoever takes it counts each pair of `source` and `sequence` once, however often it comes. */
export interface UsageBatch extends Usage {
  /** A random id of the process: 16 to 64 of `[A-Za-z0-9_-]`. */
  readonly source: string;
  /** From 1, without a gap. */
  readonly sequence: number;
}

export function isTag(text: string): boolean {
  return text.length <= TAG_CHARS_MAX && TAG.test(text);
}

/** Whole days since 1970 (UTC). */
export function dayOfMinute(minute: number): number {
  return Math.floor(minute / MINUTES_PER_DAY);
}

export function minuteOf(now: Instant): number {
  return Math.floor(now / MINUTE_MS);
}

/** Whether two cells may be told apart no further: then they are one. */
export function cellName({ minute, keyId, code, tag }: Omit<UsageCell, "count" | "cost">): string {
  return `${minute} ${keyId ?? ""} ${code} ${tag}`;
}

/**
 * The steps by which a cell loses what it tells when there is no room for it, in their order; the count never goes. The
 * last leaves so few different cells that there is always room.
 */
export const COARSENINGS: readonly ((cell: UsageCell) => UsageCell)[] = [
  (cell) => ({ ...cell, tag: "" }),
  (cell) => ({ ...cell, tag: "", keyId: null }),
  (cell) => ({
    ...cell,
    tag: "",
    keyId: null,
    minute: cell.minute - (cell.minute % MINUTES_PER_HOUR),
  }),
];

export function mergeCells(one: UsageCell, other: UsageCell): UsageCell {
  return { ...one, count: one.count + other.count, cost: one.cost + other.cost };
}
