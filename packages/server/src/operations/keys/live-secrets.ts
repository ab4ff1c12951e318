import { OperationError } from "@keyward/core/failure/failures";
import { statusOf } from "@keyward/core/model/key-state";
import type { Key, KeySecret } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import { SECRETS_PER_KEY_MAX } from "../../contract/limits.ts";
import type { Call } from "../call.ts";

/** The secrets that still work, or will. Those that have ended are let go when the next one is issued. */
export function liveSecrets(secrets: readonly KeySecret[], now: Instant): readonly KeySecret[] {
  return secrets.filter((secret) => secret.expiresAt === null || secret.expiresAt > now);
}

/** @throws OperationError `key_revoked`, `key_expired`: a new secret would not work */
export function assertTakesSecrets(call: Call, key: Key): void {
  const status = statusOf(key.state, key.expiresAt, call.now);
  if (status === "revoked") throw new OperationError("key_revoked");
  if (status === "expired") throw new OperationError("key_expired");
}

/** @throws OperationError `too_many_secrets` */
export function assertRoomForSecret(live: readonly KeySecret[]): void {
  if (live.length < SECRETS_PER_KEY_MAX) return;
  throw new OperationError("too_many_secrets", {
    detail: `The key has ${SECRETS_PER_KEY_MAX} working secrets; remove one first`,
  });
}
