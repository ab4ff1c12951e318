// Who visits the portal, and what they are let do. Everything of a visit hangs on its session; nothing of a request says
// whose keys are meant (T01).
import { OperationError } from "@keyward/core/failure/failures";
import type { KeyId } from "@keyward/core/id";
import type { Api, Key, Owner } from "@keyward/core/model/records";
import { compileGrants } from "@keyward/core/scope/scope";
import type { PortalAction } from "../../contract/portal-resources.ts";
import type { Reader, TenantScope, Versioned } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";
import { portalDigest } from "./portal-session.ts";
import type { PortalSession } from "./portal-session.ts";

/** One call by a visitor, with the owner and the api as they are now. */
export interface Visit {
  readonly call: Call;
  readonly session: PortalSession;
  readonly owner: Owner;
  readonly api: Api;
}

type Standing = Pick<Visit, "owner" | "api">;

/** Whether the session still counts; `undefined` once it is over, or its owner or api is not there or disabled. */
export async function standingOf(
  reader: Reader,
  scope: TenantScope,
  session: PortalSession,
  now: number,
): Promise<Standing | undefined> {
  if (now >= session.expiresAt) return undefined;
  if (await reader.wasUsed(scope, portalDigest("ended", session.id))) return undefined;
  const owner = await reader.findOwner(scope, session.ownerId);
  const api = await reader.findApi(scope, session.apiId);
  if (owner === undefined || owner.value.disabled || api === undefined) return undefined;
  return { owner: owner.value, api: api.value };
}

/** The rights of a visitor at Keyward itself: none. */
export const NO_GRANTS = compileGrants([]);

/** @throws OperationError `portal_action_not_allowed` */
export function assertMay({ session }: Visit, action: PortalAction): void {
  if (!session.actions.includes(action)) throw new OperationError("portal_action_not_allowed");
}

export function isOwn({ session }: Visit, key: Key): boolean {
  return (
    key.ownerId === session.ownerId &&
    key.apiId === session.apiId &&
    key.environment === session.environment &&
    (key.kind === "secret" || key.kind === "publishable")
  );
}

/**
 * A key of the visitor's own. Somebody else's is answered like one that is not there (K6).
 *
 * @throws OperationError `not_found`
 */
export async function readOwnKey(
  visit: Visit,
  reader: Reader,
  id: KeyId | undefined,
): Promise<Versioned<Key>> {
  const key = id && (await reader.findKey(visit.call.caller.scope, id));
  return found(key !== undefined && isOwn(visit, key.value) ? key : undefined, "key");
}
