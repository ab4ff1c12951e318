// The scope catalogue of the built-in api: what a management key may be granted.
import { MANAGEMENT_BRAND } from "@keyward/core/key/brand";
import { parseScope } from "@keyward/core/scope/scope";
import type { CatalogueScope } from "@keyward/core/model/records";

export const PERMISSIONS = {
  "workspaces:read": "See the workspace",
  "workspaces:write": "Change the workspace; in the operator's workspace, make new ones",
  "apis:read": "See apis and their scopes",
  "apis:write": "Create, change and delete apis and their scopes",
  "roles:read": "See roles",
  "roles:write": "Create, change and delete roles",
  "plans:read": "See plans",
  "plans:write": "Create, change and delete plans",
  "owners:read": "See owners",
  "owners:write": "Create, change, disable and delete owners",
  "keys:read": "See keys, and search them",
  "keys:write": "Create, change, rotate, disable, revoke and delete keys",
  "revocations:write": "Revoke many keys at once, by a filter",
  "keys:verify": "Verify keys: all that a gateway or a protected API needs",
  "policies:read": "See policies",
  "policies:write": "Create, change and delete policies, and apply them to what is there",
  "tokens:approve": "Approve or deny personal access tokens that wait for it",
  "usage:read": "See what keys were used for",
  "logs:read": "See single decisions, as far as they are written down",
  "clients:read": "See OAuth clients",
  "clients:write":
    "Create, change, rotate, disable, revoke and delete OAuth clients, and end their tokens",
  "portal:write": "Open the portal for owners, who then look after their own keys, and end it",
  "audit:read": "See the audit log",
  "webhooks:read": "See endpoints of webhooks and what they were told",
  "webhooks:write": "Add, change and delete endpoints of webhooks",
  "members:read": "See members",
  "members:write": "Invite, change, disable and delete members, and end their sessions",
} as const;

/**
 * Not of the catalogue, because there is one for each api and environment: `feed:api_…:live`. `feed:*` is for all of them.
 */
export const FEED_PERMISSION = "feed:{api}:{environment}";

/** What needs no permission: for anybody who calls with a key or a session, and for everybody. */
export const ANY_CALLER = "any caller";
export const ANYONE = "anyone";
/** Whoever has a session of the portal: never with a management key, and for nothing else. */
export const PORTAL_VISITOR = "portal visitor";

export type Permission = keyof typeof PERMISSIONS;

/** What an operation may name as its permission. */
export type Needed =
  | Permission
  | typeof FEED_PERMISSION
  | typeof ANY_CALLER
  | typeof ANYONE
  | typeof PORTAL_VISITOR;

/** Whether it is one that a caller is granted, in the catalogue as it stands. */
export function isPermission(needed: Needed): needed is Permission {
  return Object.hasOwn(PERMISSIONS, needed);
}

/** Whether it is one that somebody has to grant. */
export function isGranted(needed: Needed): boolean {
  return needed !== ANY_CALLER && needed !== ANYONE && needed !== PORTAL_VISITOR;
}

export function permissionMeaning(needed: Needed): string {
  switch (needed) {
    case FEED_PERMISSION:
      return "Follow the keys of one api in one environment, as digests: all that a verifier needs";
    case ANY_CALLER:
      return "Whoever calls with a key or a session, whatever it is granted";
    case ANYONE:
      return "Without a credential";
    case PORTAL_VISITOR:
      return "A customer with a session of the portal, for their own keys alone";
    default:
      return PERMISSIONS[needed];
  }
}

export const BUILT_IN_API = {
  name: "Keyward",
  prefix: MANAGEMENT_BRAND,
  audience: "urn:keyward:management",
} as const;

export function permissionCatalogue(): readonly CatalogueScope[] {
  return Object.entries(PERMISSIONS).flatMap(([text, description]) => {
    const name = parseScope(text);
    return name === undefined ? [] : [{ name, description }];
  });
}
