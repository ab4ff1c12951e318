import type { WorkspaceId } from "../id.ts";
import type { Taken } from "./units-counter.ts";

/** Which units: of one counter in one period. */
export interface UnitCounter {
  readonly workspaceId: WorkspaceId;
  /** What it counts, and for whom: `key_…|quota|monthly`. */
  readonly counter: string;
  /** When the period began, in milliseconds since 1970; 0 for credits. */
  readonly periodStartMs: number;
}

export interface UnitDemand extends UnitCounter {
  /** All that may be out of the store at once and in all. */
  readonly capacity: number;
  /** Of these, what is no overflow; all, if left out. */
  readonly limit?: number;
  /** 0 asks what is out. */
  readonly wanted: number;
}

export interface UnitReturn extends UnitCounter {
  readonly units: number;
}

/**
 * Where units of quotas and credits come from. Whatever it grants is out of it, durably, before it answers: whoever has
 * units in hand may be killed, and nobody can spend them again (K5).
 */
export interface UnitStore {
  /** Answers in the order of the demands. */
  take(demands: readonly UnitDemand[]): Promise<readonly Taken[]>;
  /** The same at once, of a store that need not be waited for. */
  takeNow?(demands: readonly UnitDemand[]): readonly Taken[];
  giveBack(returns: readonly UnitReturn[]): Promise<void>;
}
