// Apart from the decision, so that who only decides does not carry its sentences.
import type { Instant } from "../time.ts";
import { CHECKS } from "./checks.ts";
import type { DenialCode } from "./codes.ts";
import type { DecisionRequest } from "./request.ts";
import type { KeySnapshot } from "./snapshot.ts";
import { allow, deny } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

export interface TraceStep {
  readonly check: DenialCode;
  readonly passed: boolean;
  readonly detail: string;
}

/**
 * The same decision with its reasons: every check in order up to and including the first that fails. Its verdict is
 * always that of `decide`.
 */
export function explain(
  key: KeySnapshot,
  request: DecisionRequest,
  now: Instant,
): { readonly verdict: Verdict; readonly trace: readonly TraceStep[] } {
  const trace: TraceStep[] = [];
  for (const check of CHECKS) {
    const passed = check.passes(key, request, now);
    trace.push({ check: check.code, passed, detail: check.describe(key, request, now) });
    if (!passed) return { verdict: deny(check.code, key), trace };
  }
  return { verdict: allow(key), trace };
}
