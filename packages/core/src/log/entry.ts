// What is written down of single decisions: spec/logs.md §2.
import type { CredentialId } from "../id.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";

/** Of a workspace so many are kept, and for so long. */
export const LOG_ENTRIES_MAX = 100_000;
export const LOG_KEPT_DAYS = 7;
/** Of one report: decisions that are written down. Few enough that no report grows by much. */
export const ENTRIES_PER_BATCH_MAX = 100;
export const PATH_CHARS_MAX = 200;
export const METHOD_CHARS_MAX = 16;
export const DETAIL_CHARS_MAX = 300;

/** One decision. It has no place for a credential, a query string or a whole address (K4). */
export interface LogEntry {
  readonly at: Instant;
  readonly code: VerdictCode;
  /** `null`: of no key. */
  readonly keyId: CredentialId | null;
  /** The brand that a text which is no key begins with; empty otherwise. */
  readonly brand: string;
  readonly tag: string;
  /** What it was said to cost; nothing is charged for what is refused. */
  readonly cost: number;
  readonly method: string | null;
  /** Without its query. */
  readonly path: string | null;
  readonly network: string | null;
  /** The product of the `User-Agent`. */
  readonly agent: string | null;
  /** Why the check failed that failed; `null` where whoever decided did not say, and where none failed. */
  readonly detail: string | null;
  /** Further decisions with the same code about the same key that are not written down, after this one. */
  readonly more: number;
}

/** Why a decision came out as it did; asked only when it is written down. */
export type Reason = () => string | null;

/** Of what was allowed, and of whoever does not carry the sentences of the checks. */
export const NO_REASON: Reason = () => null;
