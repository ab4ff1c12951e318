import type { WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import { explain } from "@keyward/core/verdict/explain";
import type { TraceStep } from "@keyward/core/verdict/explain";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import { deny } from "@keyward/core/verdict/verdict";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { whyNotFound } from "./verifier.ts";
import type { Verifier } from "./verifier.ts";

export interface Explanation {
  readonly verdict: Verdict;
  /** Every check in order, up to and including the first that fails. */
  readonly trace: readonly TraceStep[];
}

/**
 * The decision of {@link Verifier.verify} with its reasons.
 *
 * @throws Undecidable as that does
 */
export function explainVerification(
  verifier: Pick<Verifier, "findIn">,
  workspaceId: WorkspaceId,
  presented: string,
  request: DecisionRequest,
  now: Instant,
): Explanation {
  const key = verifier.findIn(workspaceId, presented);
  if (key === undefined) {
    const code = whyNotFound(presented);
    return { verdict: deny(code), trace: NOT_FOUND[code] };
  }
  const { verdict, trace } = explain(key, request, now);
  return { verdict, trace: [...FOUND, ...trace] };
}

const WELL_FORMED: TraceStep = {
  check: "malformed",
  passed: true,
  detail: "the text has the form and the checksum of a key",
};
const FOUND: readonly TraceStep[] = [
  WELL_FORMED,
  { check: "unknown", passed: true, detail: "a key of the workspace has this digest" },
];
const NOT_FOUND: Readonly<Record<"malformed" | "unknown", readonly TraceStep[]>> = {
  malformed: [
    {
      check: "malformed",
      passed: false,
      detail: "the text lacks the form or the checksum of a key",
    },
  ],
  unknown: [
    WELL_FORMED,
    { check: "unknown", passed: false, detail: "no key of the workspace has this digest" },
  ],
};
