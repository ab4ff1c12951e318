// What the authority and its worker processes say to each other, over a channel that keeps the order and that nobody else has.
import type { CommittedChange } from "@keyward/core/feed/change";
import type { LeaseAnswer, LeaseRequest } from "@keyward/core/limit/lease";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { Config } from "../config.ts";
import type { UsageBatch } from "@keyward/core/usage/cell";
import type { TenantScope } from "../storage/storage.ts";

/** What a worker needs to serve. */
export interface Assignment {
  readonly config: Config;
  /** Where the authority answers what a worker does not. */
  readonly socketPath: string;
}

export type ToWorker =
  /** A part of everything, before the first `changes`. */
  | { readonly type: "load"; readonly changes: readonly CommittedChange[] }
  /** What has been committed, one position after the last. */
  | {
      readonly type: "changes";
      readonly position: number;
      readonly changes: readonly CommittedChange[];
    }
  /** Everything up to the position has been said: from now on the authority waits for this worker. */
  | { readonly type: "serve"; readonly position: number; readonly assignment: Assignment }
  /** Answers `ask`: whatever was committed before that has been said. */
  | { readonly type: "proof"; readonly id: number }
  /** Answers `uses`. */
  | { readonly type: "uses_taken"; readonly id: number; readonly isKept: boolean }
  /** Answers `borrow`; without an answer where nothing could be lent. */
  | { readonly type: "lent"; readonly id: number; readonly answer: LeaseAnswer | undefined }
  | { readonly type: "stop"; readonly drainMs: number };

export type ToAuthority =
  | { readonly type: "started" }
  | { readonly type: "applied"; readonly position: number }
  | { readonly type: "listening"; readonly url: string; readonly port: number }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "ask"; readonly id: number }
  | {
      readonly type: "uses";
      readonly id: number;
      readonly scope: TenantScope;
      readonly batch: UsageBatch;
    }
  | { readonly type: "borrow"; readonly id: number; readonly request: LeaseRequest }
  /** Of verdicts since the last time. */
  | { readonly type: "counts"; readonly counts: readonly (readonly [VerdictCode, number])[] };
