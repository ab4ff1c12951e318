// What the roles of members may do: for each permission the least role that has it.
import type { MemberRole } from "@keyward/core/model/records";
import { MEMBER_ROLES } from "@keyward/core/model/records";
import { compileGrants, parseScopeGrant } from "@keyward/core/scope/scope";
import type { GrantSet, ScopeGrant } from "@keyward/core/scope/scope";
import type { Permission } from "./permissions.ts";

/** A permission without a role here does not compile. */
const LEAST_ROLE: Readonly<Record<Permission, MemberRole>> = {
  "workspaces:read": "viewer",
  "workspaces:write": "owner",
  "apis:read": "viewer",
  "apis:write": "developer",
  "roles:read": "viewer",
  "roles:write": "developer",
  "plans:read": "viewer",
  "plans:write": "developer",
  "owners:read": "viewer",
  "owners:write": "developer",
  "keys:read": "viewer",
  "keys:write": "developer",
  "revocations:write": "admin",
  "keys:verify": "developer",
  "policies:read": "viewer",
  "policies:write": "admin",
  "tokens:approve": "admin",
  "usage:read": "viewer",
  "logs:read": "viewer",
  "clients:read": "viewer",
  "clients:write": "developer",
  "portal:write": "developer",
  "audit:read": "viewer",
  "webhooks:read": "viewer",
  "webhooks:write": "developer",
  "members:read": "viewer",
  "members:write": "admin",
};

/** Beside the permissions: whoever may hand out management keys may hand one to a verifier. */
const FEED_LEAST_ROLE: MemberRole = "admin";

export const ROLE_MEANINGS: Readonly<Record<MemberRole, string>> = {
  owner: "Everything, the workspace itself included",
  admin: "Everything but the workspace itself",
  developer: "Makes apis, roles, owners and keys; sees the rest",
  viewer: "Sees everything that holds no secret, and changes nothing",
};

/** An owner is granted whatever there will ever be. */
export function grantsOfRole(role: MemberRole): readonly ScopeGrant[] {
  if (role === "owner") return scopeGrants(["*"]);
  const names = Object.entries(LEAST_ROLE).flatMap(([name, least]) =>
    isAtLeast(role, least) ? [name] : [],
  );
  return scopeGrants(isAtLeast(role, FEED_LEAST_ROLE) ? [...names, "feed:*"] : names);
}

const GRANT_SETS = new Map(
  MEMBER_ROLES.map((role) => [role, compileGrants(grantsOfRole(role))] as const),
);
const NOTHING = compileGrants([]);

export function grantSetOfRole(role: MemberRole): GrantSet {
  return GRANT_SETS.get(role) ?? NOTHING;
}

function isAtLeast(role: MemberRole, least: MemberRole): boolean {
  return MEMBER_ROLES.indexOf(role) <= MEMBER_ROLES.indexOf(least);
}

function scopeGrants(names: readonly string[]): readonly ScopeGrant[] {
  return names.flatMap((name) => parseScopeGrant(name) ?? []);
}
