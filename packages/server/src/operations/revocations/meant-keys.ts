import { OperationError } from "@keyward/core/failure/failures";
import type { Revocation, RevocationFilter } from "@keyward/core/model/revocation";
import { isWithin, parseScopeGrant } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { InputOf } from "../../contract/operations.ts";
import { BUILT_IN_API, PERMISSIONS } from "../../contract/permissions.ts";
import type { KeyFilter, Reader } from "../../storage/storage.ts";
import type { Call } from "../call.ts";
import { resolveKeyFilter } from "../keys/key-filter.ts";
import { resolveApi } from "../resolve.ts";

/** Which keys a revocation means. */
export type MeantKeys = Pick<Revocation, "filter" | "sparedApiId" | "sparedKeyId">;

/** @throws OperationError `not_found`; `exceeds_own_permissions` for management keys that may do more than the caller */
export async function resolveMeantKeys(
  call: Call,
  reader: Reader,
  asked: InputOf<"revocations.create">["body"]["filter"],
): Promise<MeantKeys> {
  const { scope, keyId } = call.caller;
  const resolved = await resolveKeyFilter(call, reader, asked);
  const { value: builtIn } = await resolveApi(reader, scope, BUILT_IN_API.prefix);
  const meansManagementKeys = resolved.apiId === builtIn.id;
  if (meansManagementKeys) assertMayManageAll(call);
  const filter: RevocationFilter = {
    apiId: resolved.apiId ?? null,
    ownerId: resolved.ownerId ?? null,
    roleId: resolved.roleId ?? null,
    environment: resolved.environment ?? null,
    kind: resolved.kind ?? null,
    createdAfter: resolved.createdAfter ?? null,
    createdBefore: earlier(resolved.createdBefore, afterNow(call.now)),
    lastUsedFrom: resolved.lastUsedFrom ?? null,
    notUsedSince: resolved.notUsedSince ?? null,
  };
  return {
    filter,
    sparedApiId: meansManagementKeys ? null : builtIn.id,
    sparedKeyId: keyId ?? null,
  };
}

export function keyFilterOf({ filter, sparedApiId, sparedKeyId }: MeantKeys, now: Instant) {
  const given = Object.entries({ ...filter, exceptApiId: sparedApiId, exceptKeyId: sparedKeyId });
  const stated = Object.fromEntries(given.filter(([, value]) => value !== null));
  // The names are those of a key filter, and what is null there is left out here.
  return { ...(stated as Omit<KeyFilter, "now">), notRevoked: true, now } satisfies KeyFilter;
}

/**
 * As for one of them, but without looking at each.
 *
 * @throws OperationError `exceeds_own_permissions`
 */
function assertMayManageAll({ caller }: Call): void {
  if (isWithin(EVERY_PERMISSION, caller.grants)) return;
  throw new OperationError("exceeds_own_permissions", {
    detail: "Only a management key with every permission revokes management keys by a filter",
  });
}

const EVERY_PERMISSION = [...Object.keys(PERMISSIONS), "feed:*"].flatMap(
  (permission) => parseScopeGrant(permission) ?? [],
);

function afterNow(now: Instant): Instant {
  return instant(now + 1);
}

function earlier(one: Instant | undefined, other: Instant): Instant {
  return one === undefined || other < one ? other : one;
}
