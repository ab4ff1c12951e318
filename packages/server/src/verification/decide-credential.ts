import { OperationError } from "@keyward/core/failure/failures";
import type { WorkspaceId } from "@keyward/core/id";
import type { Reason } from "@keyward/core/log/entry";
import type { Instant } from "@keyward/core/time";
import type { MeteredRequest } from "@keyward/core/usage/metered";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import { deny } from "@keyward/core/verdict/verdict";
import type { Denied, Verdict } from "@keyward/core/verdict/verdict";
import { SOLE_NODE } from "../storage/nodes.ts";
import type { Nodes } from "../storage/nodes.ts";
import type { Verifier } from "@keyward/sdk/verifier/verifier";
import { limited } from "@keyward/sdk/limiter/limiter";
import type { Caller } from "./callers.ts";
import type { UsedSecret } from "./meter.ts";
import { atOf, chargeFor, networkOfIp } from "./count-limits.ts";
import type { ChargedRequest, LimitParts } from "./count-limits.ts";
import type { DpopProofs } from "@keyward/sdk/verifier/dpop-proofs";
import type { FailedAttempts } from "./failed-attempts.ts";
import { reasonOf } from "./reason.ts";
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
    decide: (decider: Decider) => Result | Promise<Result>,
  ): Promise<Result>;
}

/** @throws OperationError `unavailable` while this node may not decide by what it holds (K2) */
function assertFresh(nodes: Pick<Nodes, "isFresh">): void {
  if (nodes.isFresh()) return;
  throw new OperationError("unavailable", {
    detail: "This node has not heard from the database for too long to decide by what it holds",
  });
}

/** What finds keys, for as long as this node may decide by what it holds. */
export function whileFresh(
  verifier: Pick<Verifier, "find" | "findIn" | "apply">,
  nodes: Pick<Nodes, "isFresh">,
): Pick<Verifier, "find" | "findIn" | "apply"> {
  return {
    find(presented) {
      assertFresh(nodes);
      return verifier.find(presented);
    },
    findIn(workspaceId, presented) {
      assertFresh(nodes);
      return verifier.findIn(workspaceId, presented);
    },
    apply: (changes) => verifier.apply(changes),
  };
}

/** The deciders of a node that holds every key, for as long as it is known to hold every one. */
export function decidersOf(verifier: Decider, nodes: Pick<Nodes, "isFresh"> = SOLE_NODE): Deciders {
  return {
    now: () => {
      assertFresh(nodes);
      return verifier;
    },
    ask: () => Promise.reject(new OperationError("unavailable")),
  };
}

/** Where decisions are counted. `WorkspaceMeters` is one. */
export interface Meter {
  /** @param reason left out, the decision is counted and not written down */
  record(
    secret: UsedSecret,
    code: VerdictCode,
    now: Instant,
    request?: MeteredRequest,
    reason?: Reason,
  ): void;
  recordStranger(
    workspaceId: WorkspaceId,
    code: VerdictCode,
    presented: string,
    now: Instant,
    request: MeteredRequest,
  ): void;
}

export interface DecisionParts extends LimitParts {
  readonly failedAttempts: FailedAttempts;
  readonly dpopProofs: DpopProofs;
  readonly meter: Meter;
  readonly counts: VerdictCounts;
}

/**
 * Decides, has the limits count, and counts the verdict. Waits only where a limit has to ask its store; meanwhile the key
 * may have been revoked, so it is then decided anew, and what was charged given back.
 */
export function decideAndCount(
  parts: DecisionParts,
  verifier: Decider,
  workspaceId: WorkspaceId,
  credential: string,
  request: DecisionRequest & ChargedRequest,
  now: Instant,
): Verdict | Promise<Verdict> {
  const count = (verdict: Verdict) => {
    countVerdict(parts, { workspaceId, credential, verdict, request }, now);
    return verdict;
  };
  const verdict = verifier.verify(workspaceId, credential, request, now);
  if (verdict.outcome === "denied") return count(throttled(parts, verdict, request, now));
  const answer = chargeFor(parts, verdict, credential, request, now);
  if (answer === undefined) return count(verdict);
  if (!(answer instanceof Promise)) return count(limited(verdict, answer));
  return answer.then(async (later) => {
    const again = verifier.verify(workspaceId, credential, request, now);
    if (again.outcome === "allowed") return count(limited(again, later));
    later.charged?.settle(0, atOf(parts, now));
    if (request.charging !== undefined && later.charged !== undefined) {
      await parts.charges?.forget({ workspaceId, credential }, request.charging, later);
    }
    return count(again);
  });
}

/** The request with what its DPoP proof proves; to be asked for once, because each proof counts once. */
export function proved<Request extends DecisionRequest>(
  { dpopProofs }: DecisionParts,
  decider: Pick<Decider, "findIn">,
  workspaceId: WorkspaceId,
  { credential, decision }: { readonly credential: string; readonly decision: Request },
  now: Instant,
  isDry = false,
): Request {
  if (decision.dpop === undefined) return decision;
  const key = decider.findIn(workspaceId, credential);
  return dpopProofs.prove(key, credential, decision, now, isDry);
}

/** A network that has tried too many texts is not told any more what they were. */
function throttled(
  parts: DecisionParts,
  verdict: Denied,
  { context }: MeteredRequest,
  now: Instant,
): Denied {
  if (verdict.key !== undefined) return verdict;
  const network = networkOfIp(context?.ip);
  if (network === undefined || parts.failedAttempts.admit(network, atOf(parts, now))) {
    return verdict;
  }
  return { ...deny("rate_limited"), limits: TRIED_TOO_MUCH };
}

const TRIED_TOO_MUCH = { states: [], retryAfterSeconds: 1, degraded: false } as const;

/** Counts that a caller was answered, where it is a key. */
export function countCaller({ meter }: DecisionParts, caller: Caller, now: Instant): void {
  if (isKey(caller)) meter.record(caller, "allowed", now, meteredOf(caller));
}

function isKey(caller: Caller): caller is Caller & UsedSecret {
  return caller.secretId !== undefined;
}

export function countVerdict(
  { meter, counts }: DecisionParts,
  decided: {
    readonly workspaceId: WorkspaceId;
    readonly credential: string;
    readonly verdict: Verdict;
    readonly request: DecisionRequest & MeteredRequest;
  },
  now: Instant,
): void {
  const { workspaceId, credential, verdict, request } = decided;
  const { code, key } = verdict;
  counts.add(code);
  if (key !== undefined) meter.record(key, code, now, request, reasonOf(verdict, request, now));
  else meter.recordStranger(workspaceId, code, credential, now, request);
}

/** What is known of a request that a management key came with. */
export function meteredOf({ ip }: Pick<Caller, "ip">): MeteredRequest {
  return ip === null || ip === undefined ? {} : { context: { ip } };
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
