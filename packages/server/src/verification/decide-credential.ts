import { OperationError } from "@keyward/core/failure/failures";
import type { WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Verdict } from "@keyward/core/verdict/verdict";
import type { Caller } from "./callers.ts";
import type { UsedSecret } from "./meter.ts";
import type { VerdictCounts } from "./verdict-counts.ts";

/** Decides from memory. `Verifier` is one. */
export interface Decider {
  /** What it rests on could not be proved fresh; only where the operator has admitted it. */
  readonly stale?: boolean;
  verify(
    workspaceId: WorkspaceId,
    presented: string,
    request: DecisionRequest,
    now: Instant,
  ): Verdict;
  findIn(workspaceId: WorkspaceId, presented: string): KeySnapshot | undefined;
  revOf(workspaceId: WorkspaceId): number;
}

/** Of which credential a decision is asked for, and what it must rest on. */
export interface Question {
  readonly credential: string;
  readonly decision: DecisionRequest;
  readonly minRev: number;
}

/** Who decides about which credential. A node that holds not everything has to ask first. */
export interface Deciders {
  /**
   * Who can decide at once; `undefined` where somebody has to be asked.
   *
   * @throws OperationError `unavailable`
   */
  now(workspaceId: WorkspaceId, question: Question): Decider | undefined;
  /**
   * Asks, and has it decided in the turn in which the answer is there. Called where {@link Deciders.now} has nobody.
   *
   * @throws OperationError `unavailable`
   */
  ask<Result>(
    workspaceId: WorkspaceId,
    question: Question,
    decide: (decider: Decider) => Result,
  ): Promise<Result>;
}

/** The deciders of a node that holds every key. */
export function decidersOf(verifier: Decider): Deciders {
  return {
    now: () => verifier,
    ask: () => Promise.reject(new OperationError("unavailable")),
  };
}

/** Where uses of known secrets are counted. `UseMeter` is one. */
export interface Meter {
  record(secret: UsedSecret, isAllowed: boolean, now: Instant): void;
}

export interface DecisionParts {
  readonly meter: Meter;
  readonly counts: VerdictCounts;
}

/** Decides and counts. Of a key that nobody has, the verdict alone is counted: a flood of them must cost no memory (K8). */
export function decideAndCount(
  { meter, counts }: DecisionParts,
  verifier: Decider,
  workspaceId: WorkspaceId,
  credential: string,
  request: DecisionRequest,
  now: Instant,
): Verdict {
  const verdict = verifier.verify(workspaceId, credential, request, now);
  countVerdict({ meter, counts }, verdict, now);
  return verdict;
}

/** Counts that a caller was answered, where it is a key. */
export function countCaller({ meter }: DecisionParts, caller: Caller, now: Instant): void {
  if (isKey(caller)) meter.record(caller, true, now);
}

function isKey(caller: Caller): caller is Caller & UsedSecret {
  return caller.secretId !== undefined;
}

export function countVerdict(
  { meter, counts }: DecisionParts,
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
