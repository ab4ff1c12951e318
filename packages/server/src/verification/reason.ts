// Why a verdict came out as it did, for the log of decisions: asked only about the few that are written down.
import { NO_REASON } from "@keyward/core/log/entry";
import type { Reason } from "@keyward/core/log/entry";
import type { Instant } from "@keyward/core/time";
import { CHECKS } from "@keyward/core/verdict/checks";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { limitSteps } from "./limit-steps.ts";

/** To be asked in the same turn: the verdict's view of its key ends with the next change. */
export function reasonOf(verdict: Verdict, request: DecisionRequest, now: Instant): Reason {
  if (verdict.outcome === "allowed") return NO_REASON;
  return () => {
    const { key, code, limits } = verdict;
    if (limits !== undefined) return limitSteps(verdict).at(-1)?.detail ?? null;
    if (key === undefined) return null;
    return CHECKS.find((check) => check.code === code)?.describe(key, request, now) ?? null;
  };
}
