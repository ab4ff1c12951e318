// What a rotation does to the secrets that are there.
import { OperationError } from "@keyward/core/failure/failures";
import type { KeySecret } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import { formatNullable } from "../present.ts";

/**
 * Two overlaps at once are nearly always a mistake: whoever asked first may not have the first new secret deployed yet.
 *
 * @throws OperationError `rotation_in_progress`
 */
export function assertNoOverlap(live: readonly KeySecret[]): void {
  const ending = live.find((secret) => secret.expiresAt !== null);
  if (live.length < 2 || ending === undefined) return;
  throw new OperationError("rotation_in_progress", {
    detail: `The secret that ends in ${ending.hint} works until ${formatNullable(ending.expiresAt)}; wait, remove it, or use force`,
  });
}

/** An overlap only ever shortens a secret's life (T15). */
export function endBy(secret: KeySecret, end: Instant): KeySecret {
  return { ...secret, expiresAt: earlier(end, secret.expiresAt) };
}

export function earlier(end: Instant, other: Instant | null): Instant {
  return other !== null && other < end ? other : end;
}
