import type { Trust } from "./freshness.ts";

/** What a follower of the feed tells of itself: once per change, and never a secret. */
export type FeedEvent =
  /** A snapshot has been loaded, and is what decisions rest on from now. */
  | { readonly type: "loaded"; readonly epoch: string; readonly rev: number; readonly keys: number }
  /** Changes are coming in as they happen. */
  | { readonly type: "connected" }
  /** They are not; what is held is trusted for as long as it is proved. */
  | { readonly type: "disconnected"; readonly cause: unknown }
  /**
   * A snapshot has to be loaded anew: the authority's data are others (`epoch`), it asks for that, as when its changes reach
   * not far enough back (`resync_required`), or the feed contradicts itself (`contradiction`).
   */
  | {
      readonly type: "resync";
      readonly reason: "epoch" | "resync_required" | "contradiction";
      readonly cause?: unknown;
    }
  /** How far decisions may rest on what is held; looked at every second. */
  | { readonly type: "trust"; readonly trust: Trust }
  /** A report of usage was refused for good, and what it counted is lost: it, or the token's permission, is not as it should be. */
  | { readonly type: "uses_refused"; readonly cause: unknown }
  /** Limits that are shared cannot be asked: each means what its `when_unavailable` says, until `limits_restored`. */
  | { readonly type: "limits_degraded"; readonly cause: unknown }
  | { readonly type: "limits_restored" }
  /** The spool cannot be used; what is counted waits in memory. */
  | { readonly type: "spool_failed"; readonly cause: unknown };
