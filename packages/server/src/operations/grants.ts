// What may be granted: nothing that the api has not, nothing that a publishable key must not, nothing beyond the caller.
import { OperationError } from "@keyward/core/failure/failures";
import { parseFeedScope } from "@keyward/core/feed/subject";
import type { KeyKind } from "@keyward/core/key/format";
import type { Api, Key, Owner } from "@keyward/core/model/records";
import { compileGrants, covers, isPublishable, isWithin } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { addSeconds } from "@keyward/core/time";
import { STEP_UP_SECONDS } from "../contract/limits.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Reader } from "../storage/storage.ts";
import { found } from "./call.ts";
import type { Call } from "./call.ts";
import { invalid } from "./invalid.ts";
import { isSame } from "./is-same.ts";

/** @throws OperationError `invalid_request`, pointing at the first grant that the api's catalogue does not hold */
export function assertInCatalogue(api: Api, grants: readonly ScopeGrant[]): void {
  for (const [index, grant] of grants.entries()) {
    if (!isInCatalogue(api, grant)) throw unknownScope(api, grant, index);
  }
}

/**
 * The same for a key. One of the built-in api may also follow the feed of an api that there is, or of all of them.
 *
 * @throws OperationError `invalid_request`, pointing at the first grant that is neither
 */
export async function assertGrantable(
  reader: Reader,
  api: Api,
  grants: readonly ScopeGrant[],
): Promise<void> {
  for (const [index, grant] of grants.entries()) {
    const isKnown =
      isInCatalogue(api, grant) || (api.builtIn && (await isOfFeed(reader, api, grant)));
    if (!isKnown) throw unknownScope(api, grant, index);
  }
}

function isInCatalogue(api: Api, grant: ScopeGrant): boolean {
  const set = compileGrants([grant]);
  return api.scopes.some((scope) => covers(set, scope.name));
}

async function isOfFeed(reader: Reader, api: Api, grant: ScopeGrant): Promise<boolean> {
  if (grant === "feed:*") return true;
  const followed = parseFeedScope(grant.replace(/:\*$/, ":live"));
  if (followed === undefined) return false;
  const found = await reader.findApi(tenantScope(api.workspaceId), followed.apiId);
  return found !== undefined && !found.value.builtIn;
}

function unknownScope(api: Api, grant: ScopeGrant, index: number): OperationError {
  const detail = `The api ${api.prefix} has no scope that ${grant} would grant`;
  return invalid(`/scopes/${index}`, "unknown_scope", detail);
}

/** @throws OperationError `invalid_request` when a key that anybody can read could do more than read (T36) */
export function assertPublishable(
  kind: KeyKind,
  grants: readonly ScopeGrant[],
  roleCount: number,
): void {
  if (kind !== "publishable") return;
  const index = grants.findIndex((grant) => !isPublishable(grant));
  if (index >= 0) {
    const detail = "A publishable key may hold only scopes that end in read or list";
    throw invalid(`/scopes/${index}`, "not_publishable", detail);
  }
  if (roleCount > 0) {
    const detail = "A publishable key takes no role: a role may come to grant more than reading";
    throw invalid("/roles", "not_publishable", detail);
  }
}

/**
 * Whoever makes a management key hands on no more than they have: no further scope, no longer life and no wider use (T02).
 *
 * @throws OperationError `exceeds_own_permissions`; `reauth_required` to a member
 */
export async function assertWithinCaller(
  call: Call,
  reader: Reader,
  api: Api,
  { scopes, expiresAt, restrictions }: Pick<Key, "scopes" | "expiresAt" | "restrictions">,
): Promise<void> {
  if (!api.builtIn) return;
  assertFresh(call);
  if (!isWithin(scopes, call.caller.grants)) {
    throw new OperationError("exceeds_own_permissions", {
      detail: "The management key would have a permission that yours has not",
    });
  }
  const ownEnd = call.caller.expiresAt;
  if (ownEnd !== undefined && (expiresAt === null || expiresAt > ownEnd)) {
    throw new OperationError("exceeds_own_permissions", {
      detail: "The management key would outlive yours; give it an earlier expires_at",
    });
  }
  await assertRestrictedAlike(call, reader, api, restrictions);
}

/**
 * A restricted key would be free as soon as it could make, or come to hold, one that is restricted otherwise. Which of
 * two lists is the narrower cannot be told in general, so they have to be equal (T02).
 *
 * @throws OperationError `exceeds_own_permissions`
 */
export async function assertRestrictedAlike(
  call: Call,
  reader: Reader,
  api: Api,
  restrictions: Key["restrictions"],
): Promise<void> {
  if (!api.builtIn) return;
  const own = await readOwnRestrictions(call, reader);
  if (own === null || isSame(restrictions, own)) return;
  throw new OperationError("exceeds_own_permissions", {
    detail: "Your management key is restricted, so the other must have the same restrictions",
  });
}

/**
 * What is made here outlasts any key and works from anywhere: a workspace with its first key, or a member (T02).
 *
 * @throws OperationError `exceeds_own_permissions`; `reauth_required` to a member
 */
export async function assertUnlimitedCaller(call: Call, reader: Reader): Promise<void> {
  assertFresh(call);
  const own = await readOwnRestrictions(call, reader);
  if (own === null && call.caller.expiresAt === undefined) return;
  throw new OperationError("exceeds_own_permissions", {
    detail:
      "What you would make works everywhere and has no end; your management key has an end or restrictions",
  });
}

/**
 * A stolen session must not turn into power that outlives it, nor end all that there is: whoever hands on power over
 * Keyward, or revokes many keys, has just signed in (T52).
 *
 * @throws OperationError `reauth_required`
 */
export function assertFresh({ caller, now }: Call): void {
  if (caller.member === undefined) return;
  if (now < addSeconds(caller.member.session.provedAt, STEP_UP_SECONDS)) return;
  throw new OperationError("reauth_required");
}

async function readOwnRestrictions(call: Call, reader: Reader): Promise<Key["restrictions"]> {
  const { scope, keyId } = call.caller;
  if (keyId === undefined) return null;
  return found(await reader.findKey(scope, keyId), "key").value.restrictions;
}

/** @throws OperationError `owner_disabled`: no key comes to a disabled owner, and none leaves it to work again */
export function assertOwnerEnabled(owner: Owner): void {
  if (owner.disabled) throw new OperationError("owner_disabled");
}

/**
 * Whoever could rotate or change a stronger management key would have its permissions.
 *
 * @throws OperationError `exceeds_own_permissions`
 */
export function assertMayManage(call: Call, api: Api, key: Key): void {
  if (!api.builtIn || isWithin(key.scopes, call.caller.grants)) return;
  throw new OperationError("exceeds_own_permissions", {
    detail: "That management key has a permission that yours has not",
  });
}

/** @throws OperationError `own_key`: a stolen key must not make itself last (T02) */
export function assertNotOwnKey(call: Call, key: Key): void {
  if (key.id === call.caller.keyId) throw new OperationError("own_key");
}
