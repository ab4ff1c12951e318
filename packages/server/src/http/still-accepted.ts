import { compileGrants, intersectGrants } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { Call } from "../operations/call.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Writer } from "../storage/storage.ts";
import { signedInAs, isMember } from "./accept-caller.ts";
import type { Accepted, SignedInMember } from "./accept-caller.ts";
import { earlierOf, unauthenticated } from "./authenticate.ts";
import type { ManagementKey } from "./authenticate.ts";

/**
 * A call as it stands when its turn to write has come: whatever was written before it may have ended the key or session,
 * or narrowed it, and counts (K2).
 *
 * @throws OperationError `unauthenticated` when the key, its secret or the session no longer stands
 */
export async function stillAccepted(
  writer: Writer,
  accepted: Accepted,
  call: Call,
  now: Instant,
): Promise<Call> {
  const standing = isMember(accepted)
    ? await stillSignedIn(writer, accepted)
    : await stillStanding(writer, accepted, now);
  return { ...call, caller: { ...call.caller, ...standing } };
}

type Standing = Pick<Call["caller"], "grants" | "expiresAt">;

async function stillSignedIn(writer: Writer, { session }: SignedInMember): Promise<Standing> {
  const kept = await writer.findSession(tenantScope(session.workspaceId), session.id);
  const standing = kept && (await signedInAs(writer, kept));
  if (standing === undefined) throw unauthenticated("revoked");
  return { grants: standing.grants, expiresAt: undefined };
}

/** A management key has no roles, so its own scopes are all that it is granted; a token no more than its user. */
async function stillStanding(writer: Writer, key: ManagementKey, now: Instant): Promise<Standing> {
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
  const scopes = compileGrants(record.scopes);
  const isOfUser = record.kind === "pat";
  const grants = isOfUser ? intersectGrants(scopes, compileGrants(owner.rights ?? [])) : scopes;
  return { grants, expiresAt };
}
