import { trace } from "@opentelemetry/api";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import { VerdictCounts } from "../verification/verdict-counts.ts";

/** An event for each verdict of a request: a batch has several. */
export class TracedVerdicts extends VerdictCounts {
  override add(code: VerdictCode, count = 1): void {
    super.add(code, count);
    trace.getActiveSpan()?.addEvent("keyward.verdict", { "keyward.verdict.code": code });
  }
}
