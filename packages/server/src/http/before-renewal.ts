// What has to be known before a token is renewed: that no secret of it is in two hands, and that its user is still one.
import { OperationError } from "@keyward/core/failure/failures";
import { extractCredential } from "@keyward/core/http/credentials";
import type { KeyId, MemberId } from "@keyward/core/id";
import { parseId } from "@keyward/core/id";
import { addSeconds } from "@keyward/core/time";
import { RENEWAL_SIGN_IN_SECONDS } from "../contract/limits.ts";
import { placeOf } from "../operations/sign-in/sign-in-by-provider.ts";
import { ProviderFailure } from "../operations/sign-in/provider.ts";
import { recordRevoked } from "../operations/tokens/tokens.ts";
import { seal, unseal } from "../runtime/sealing.ts";
import { tenantScope } from "../storage/storage.ts";
import type { TenantScope } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { replyDigest } from "./idempotency.ts";
import { headerOf } from "./raw-headers.ts";
import type { RequestFacts } from "./request-facts.ts";
import { browserOf } from "./accept-caller.ts";

/**
 * A secret that was renewed and comes to be renewed again is in two hands. Which is the thief's cannot be told, so the
 * token ends for both (RFC 9700 §4.14.2). A repeat of the very request, by its Idempotency-Key, is no such thing.
 */
export async function endIfReused(parts: AppParts, facts: RequestFacts): Promise<void> {
  const extraction = extractCredential(facts.rawHeaders);
  if (extraction.outcome !== "found") return;
  const presented = parts.keys.find(extraction.credential);
  if (presented === undefined || presented.token !== undefined) return;
  if (presented.kind !== "pat" || presented.state === "revoked") return;
  const { keyId, secretId, workspaceId } = presented;
  const scope = tenantScope(workspaceId);
  const { reader } = parts.storage;
  const newest = (await reader.findKey(scope, keyId))?.value.secrets.at(-1);
  if (newest === undefined || newest.id === secretId) return;
  const now = parts.clock.now();
  const repeated = headerOf(facts.rawHeaders, "idempotency-key");
  if (repeated !== undefined) {
    if ((await reader.findReply(scope, replyDigest(keyId, repeated), now)) !== undefined) return;
  }
  const { random, requestId, ip } = browserOf(parts, facts, now);
  await parts.storage.write(async (writer) => {
    const key = (await writer.findKey(scope, keyId))?.value;
    if (key === undefined || key.state === "revoked") return;
    const actor = { type: "key", id: keyId, ip } as const;
    const by = { actor, now, random, requestId, caller: { scope } };
    await recordRevoked(by, writer, key, "a secret that had been renewed was used to renew again");
  });
}

/**
 * Asks the OpenID Provider of a member whether they are still its user. Where nobody can be asked, they have to have signed
 * in themselves not too long ago.
 *
 * @throws OperationError `user_gone`; `reauth_required`; `unavailable` when the provider cannot say
 */
export async function assertUserRemains(
  parts: AppParts,
  scope: TenantScope,
  tokenId: KeyId | undefined,
): Promise<void> {
  const { reader } = parts.storage;
  const key = tokenId && (await reader.findKey(scope, tokenId))?.value;
  const owner = key && (await reader.findOwner(scope, key.ownerId))?.value;
  const memberId = owner && parseId("member", owner.externalId);
  // Of a producer's user Keyward knows no sign-in.
  if (memberId === undefined) return;
  const grant = await reader.findProviderGrant(scope, memberId);
  if (grant === undefined) return await assertSignedInOfLate(parts, scope, memberId);
  const provider = parts.signIn.providers.find(({ policy }) => policy.id === grant.provider);
  if (provider === undefined) throw new OperationError("user_gone");
  const sealing = { key: parts.signIn.refreshKey, place: placeOf({ id: grant.memberId }) };
  const renewed = await provider.renew(unseal(sealing, grant.sealed)).catch((cause: unknown) => {
    if (!(cause instanceof ProviderFailure)) throw cause;
    throw new OperationError("unavailable", {
      detail: "The OpenID Provider cannot say whether the user is still one",
      cause,
    });
  });
  if (renewed === undefined) throw new OperationError("user_gone");
  const sealed = seal(sealing, parts.random, renewed);
  const obtainedAt = parts.clock.now();
  await parts.storage.write((writer) =>
    writer.keepProviderGrant(scope, { ...grant, sealed, obtainedAt }),
  );
}

async function assertSignedInOfLate(
  { storage, clock }: AppParts,
  scope: TenantScope,
  memberId: MemberId,
): Promise<void> {
  const member = (await storage.reader.findMember(scope, memberId))?.value;
  const signedInAt = member?.lastSignedInAt ?? null;
  if (signedInAt !== null && clock.now() < addSeconds(signedInAt, RENEWAL_SIGN_IN_SECONDS)) return;
  throw new OperationError("reauth_required", {
    detail: "The token's user has not signed in for 180 days: sign in, and renew it then",
  });
}
