import { DENIALS } from "./codes.ts";
import type { DenialCode, DenialStatus } from "./codes.ts";
import type { LimitReport } from "../limit/limit-report.ts";
import type { KeySnapshot } from "./snapshot.ts";

export interface Allowed<Key extends KeySnapshot = KeySnapshot> {
  readonly outcome: "allowed";
  readonly code: "allowed";
  readonly status: 200;
  readonly key: Key;
  /** What its limits say; there only when the key, its owner or its api has any. */
  readonly limits?: LimitReport;
}

export interface Denied<Key extends KeySnapshot = KeySnapshot> {
  readonly outcome: "denied";
  readonly code: DenialCode;
  readonly status: DenialStatus;
  /** There only when the presented secret matched: a stranger learns nothing of the key. */
  readonly key: Key | undefined;
  /** There only when a limit refuses. */
  readonly limits?: LimitReport;
}

/**
 * A decided verification. Being unable to decide is not a verdict: it is thrown as `unavailable` and answered with 503,
 * never as allowed and never as denied (K3).
 */
export type Verdict<Key extends KeySnapshot = KeySnapshot> = Allowed<Key> | Denied<Key>;

export function allow<Key extends KeySnapshot>(key: Key): Allowed<Key> {
  return { outcome: "allowed", code: "allowed", status: 200, key };
}

export function deny<Key extends KeySnapshot>(code: DenialCode, key?: Key): Denied<Key> {
  return { outcome: "denied", code, status: DENIALS[code].status, key };
}
