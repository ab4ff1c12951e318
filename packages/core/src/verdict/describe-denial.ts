import { DENIALS } from "./codes.ts";
import type { DenialCode } from "./codes.ts";
import type { KeySnapshot } from "./snapshot.ts";

/**
 * The sentence that a verdict is told with (spec/verdict.md §1): the title of its code, or what is nearer where the code
 * alone would point at the key although it is the owner, or one secret of several, that is meant.
 */
export function describeDenial(code: DenialCode, key: KeySnapshot | undefined): string {
  if (code === "disabled" && key?.state === "active") return "The key's owner is disabled";
  if (code === "not_yet_valid" && key?.state === "pending") return "The key waits for an approval";
  if (code === "expired" && key !== undefined && endsBeforeItsKey(key)) {
    return "This secret has expired";
  }
  return DENIALS[code].title;
}

function endsBeforeItsKey({ secretExpiresAt, expiresAt }: KeySnapshot): boolean {
  return secretExpiresAt !== undefined && secretExpiresAt < (expiresAt ?? Infinity);
}
