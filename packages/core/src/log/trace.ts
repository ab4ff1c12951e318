// The way that a decision took through the checks: spec/logs.md §5.
import { CHECKS } from "../verdict/checks.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import type { LogEntry } from "./entry.ts";

export interface LoggedStep {
  readonly check: Exclude<VerdictCode, "allowed">;
  readonly passed: boolean;
  /** Why, where that is known. */
  readonly detail: string | null;
}

/** What is asked of the text before there is a key. */
const BEFORE_KEY = ["malformed", "unknown"] as const;
const ORDER = [...BEFORE_KEY, ...CHECKS.map(({ code }) => code)];

/** Every check that passed, in the order of spec/verdict.md §3, and at the end the one that refused. */
export function traceOf({
  code,
  keyId,
  detail,
}: Pick<LogEntry, "code" | "keyId" | "detail">): readonly LoggedStep[] {
  if (code === "allowed") return passed(ORDER);
  const refusal = { check: code, passed: false, detail };
  // Without a key nothing but the text was looked at; a code that is none of the text's came from before or beside it.
  if (keyId === null) return [...passed(code === "unknown" ? ["malformed"] : []), refusal];
  const at = ORDER.indexOf(code);
  // Limits are asked when all checks have passed.
  return [...passed(at === -1 ? ORDER : ORDER.slice(0, at)), refusal];
}

function passed(checks: readonly LoggedStep["check"][]): readonly LoggedStep[] {
  return checks.map((check) => ({ check, passed: true, detail: null }));
}
