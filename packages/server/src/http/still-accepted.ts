import { compileGrants } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { Permission } from "../contract/permissions.ts";
import type { Call } from "../operations/call.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Writer } from "../storage/storage.ts";
import { assertPermission, earlierOf, unauthenticated } from "./authenticate.ts";
import type { ManagementKey } from "./authenticate.ts";

/**
 * A call as it stands when its turn to write has come: whatever was written before it may have ended the key, or narrowed
 * it, and counts (K2). A management key has no roles, so its own scopes are all that it is granted.
 *
 * @throws OperationError `unauthenticated` when the key or its secret no longer stands; `insufficient_permission`
 */
export async function stillAccepted(
  writer: Writer,
  key: ManagementKey,
  call: Call,
  { permission, now }: { readonly permission: Permission; readonly now: Instant },
): Promise<Call> {
  const scope = tenantScope(key.workspaceId);
  const record = (await writer.findKey(scope, key.keyId))?.value;
  const secret = record?.secrets.find(({ id }) => id === key.secretId);
  const owner = record && (await writer.findOwner(scope, record.ownerId))?.value;
  if (record === undefined || secret === undefined || record.state === "revoked") {
    throw unauthenticated("revoked");
  }
  if (record.state !== "active" || owner?.disabled !== false) throw unauthenticated("disabled");
  const expiresAt = earlierOf(record.expiresAt ?? undefined, secret.expiresAt ?? undefined);
  if (expiresAt !== undefined && now >= expiresAt) throw unauthenticated("expired");
  const grants = compileGrants(record.scopes);
  assertPermission(grants, permission);
  return { ...call, caller: { ...call.caller, grants, expiresAt } };
}
