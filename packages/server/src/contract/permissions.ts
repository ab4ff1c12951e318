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
  "owners:read": "See owners",
  "owners:write": "Create, change, disable and delete owners",
  "keys:read": "See keys, and search them",
  "keys:write": "Create, change, rotate, disable, revoke and delete keys",
  "keys:verify": "Verify keys: all that a gateway or a protected API needs",
  "audit:read": "See the audit log",
} as const;

/**
 * Not of the catalogue, because there is one for each api and environment: `feed:api_…:live`. `feed:*` is for all of them.
 */
export const FEED_PERMISSION = "feed:{api}:{environment}";

export type Permission = keyof typeof PERMISSIONS;

export function permissionMeaning(permission: Permission | typeof FEED_PERMISSION): string {
  if (permission !== FEED_PERMISSION) return PERMISSIONS[permission];
  return "Follow the keys of one api in one environment, as digests: all that a verifier needs";
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
