import { DENIALS } from "./codes.ts";
import type { DenialCode, DenialStatus } from "./codes.ts";
import type { KeySnapshot } from "./snapshot.ts";

export interface Allowed {
  readonly outcome: "allowed";
  readonly code: "allowed";
  readonly status: 200;
  readonly key: KeySnapshot;
}

export interface Denied {
  readonly outcome: "denied";
  readonly code: DenialCode;
  readonly status: DenialStatus;
  /** There only when the presented secret matched: a stranger learns nothing of the key. */
  readonly key: KeySnapshot | undefined;
}

/**
 * A decided verification. Being unable to decide is not a verdict: it is thrown as `unavailable` and answered with 503,
 * never as allowed and never as denied (K3).
 */
export type Verdict = Allowed | Denied;

export function allow(key: KeySnapshot): Allowed {
  return { outcome: "allowed", code: "allowed", status: 200, key };
}

export function deny(code: DenialCode, key?: KeySnapshot): Denied {
  return { outcome: "denied", code, status: DENIALS[code].status, key };
}
