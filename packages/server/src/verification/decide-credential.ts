import { OperationError } from "@keyward/core/failure/failures";
import type { WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Verdict } from "@keyward/core/verdict/verdict";
import type { UsedSecret } from "./meter.ts";
import type { VerdictCounts } from "./verdict-counts.ts";

/** Decides from memory. `Verifier` is one. */
export interface Decider {
  verify(
    workspaceId: WorkspaceId,
    presented: string,
    request: DecisionRequest,
    now: Instant,
  ): Verdict;
  findIn(workspaceId: WorkspaceId, presented: string): KeySnapshot | undefined;
  revOf(workspaceId: WorkspaceId): number;
}

/** Where uses of known secrets are counted. `UseMeter` is one. */
export interface Meter {
  record(secret: UsedSecret, isAllowed: boolean, now: Instant): void;
}

export interface DecisionParts {
  readonly verifier: Decider;
  readonly meter: Meter;
  readonly counts: VerdictCounts;
}

/** Decides and counts. Of a key that nobody has, the verdict alone is counted: a flood of them must cost no memory (K8). */
export function decideAndCount(
  { verifier, meter, counts }: DecisionParts,
  workspaceId: WorkspaceId,
  credential: string,
  request: DecisionRequest,
  now: Instant,
): Verdict {
  const verdict = verifier.verify(workspaceId, credential, request, now);
  countVerdict({ meter, counts }, verdict, now);
  return verdict;
}

export function countVerdict(
  { meter, counts }: Pick<DecisionParts, "meter" | "counts">,
  verdict: Verdict,
  now: Instant,
): void {
  counts.add(verdict.code);
  if (verdict.key !== undefined) meter.record(verdict.key, verdict.outcome === "allowed", now);
}

/**
 * Whoever has written something may ask to be answered by one who knows of it.
 *
 * @throws OperationError `unavailable` while this node does not: never a verdict that rests on less (K3)
 */
export function assertKnowsRev(
  verifier: Pick<Decider, "revOf">,
  workspaceId: WorkspaceId,
  minRev: number,
): void {
  const rev = verifier.revOf(workspaceId);
  if (rev >= minRev) return;
  throw new OperationError("unavailable", {
    detail: `This node knows the workspace up to rev ${rev}, and rev ${minRev} was asked for`,
  });
}
