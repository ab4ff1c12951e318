// A verdict as a union: whose key it is can only be read where `outcome` was looked at (T30).
import type { DenialCode } from "@keyward/core/verdict/codes";
import type { Principal, VerdictFields } from "./operations.generated.ts";

type Common = Omit<VerdictFields, "outcome" | "code" | "principal">;

export interface AllowedVerdict extends Common {
  readonly outcome: "allowed";
  readonly code: "allowed";
  readonly principal: Principal;
}

export interface DeniedVerdict extends Common {
  readonly outcome: "denied";
  readonly code: DenialCode;
  /** Only when the presented secret matched. */
  readonly principal?: Principal;
}

export type Verdict = AllowedVerdict | DeniedVerdict;

/** Whether an answer says one thing or the other, whole. What does not is no verdict, and must count as no answer (K3). */
export function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== "object" || value === null) return false;
  const { outcome, code, status, principal } = value as Readonly<Record<string, unknown>>;
  if (outcome === "allowed") return code === "allowed" && status === 200 && isPrincipal(principal);
  if (outcome !== "denied") return false;
  return typeof code === "string" && code !== "allowed" && isRefusal(status);
}

function isPrincipal(value: unknown): value is Principal {
  return typeof value === "object" && value !== null && "key_id" in value;
}

function isRefusal(status: unknown): boolean {
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 499;
}
