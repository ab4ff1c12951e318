import type { TraceStep } from "@keyward/core/verdict/explain";
import { limitCode } from "@keyward/core/limit/limit-report";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { Verdict } from "@keyward/core/verdict/verdict";

/** The limits as the last steps of a trace: those that leave room, and at the end the one that refuses (spec/verdict.md §5). */
export function limitSteps({ code, outcome, limits }: Verdict): readonly TraceStep[] {
  const steps = (limits?.states ?? []).map((state) => ({
    check: limitCode(state.kind),
    passed: !state.exceeded || state.dry_run,
    detail: describe(state),
  }));
  const passed = steps.filter((step) => step.passed);
  if (outcome === "allowed") return passed;
  const refusing = steps.find((step) => !step.passed && step.check === code);
  const last = { check: code, passed: false, detail: "the cost is more than a limit ever allows" };
  return [...passed, refusing ?? last];
}

function describe({
  name,
  of,
  limit,
  remaining,
  refills_in: refillsIn,
  dry_run,
}: LimitState): string {
  const more = refillsIn === null ? "" : `; more in ${refillsIn} s`;
  const dryRun = dry_run ? " (dry run)" : "";
  return `the limit ${name} of the ${of}${dryRun} has ${remaining} of ${limit} left${more}`;
}
