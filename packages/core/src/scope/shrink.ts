// What suffices of a key's grants: spec/key-safety.md §2.
import { compileGrants, covers, isWithin } from "./scope.ts";
import type { GrantSet, ScopeGrant } from "./scope.ts";

export interface GrantedRole<Id> {
  readonly id: Id;
  readonly scopes: readonly ScopeGrant[];
}

/** What a key is granted: by itself, and by its roles. */
export interface Grants<Id> {
  readonly scopes: readonly ScopeGrant[];
  readonly roles: readonly GrantedRole<Id>[];
}

/**
 * The least of the grants that allows all that was needed. No scope of it can be left out; one that is needed stands by itself
 * and not under a wildcard; a role stays where all that it grants is needed.
 *
 * @param needs for each, the scopes of which any one does. One that the grants do not meet is passed over
 * @param isGrantable whether a scope may be granted by its own name. One that may not keeps the narrowest wildcard that
 * grants it
 */
export function shrinkGrants<Id>(
  grants: Grants<Id>,
  needs: readonly (readonly string[])[],
  isGrantable: (scope: string) => boolean,
): Grants<Id> {
  const granted = grantSetOf(grants);
  const covered = needs
    .map((need) => need.filter((scope) => covers(granted, scope)))
    .filter((need) => need.length > 0);
  const kept = compileGrants(
    chooseScopes(covered).map((scope) => grantOf(scope, granted, isGrantable)),
  );
  const roles = leastRoles(grants.roles.filter((role) => isWithin(role.scopes, kept)));
  return { scopes: leastOf(kept.grants, grantsOfRoles(roles)), roles };
}

/** The grants of a key that its proposal has no longer, its roles' included. */
export function grantsLeftOut(
  before: Grants<unknown>,
  after: Grants<unknown>,
): readonly ScopeGrant[] {
  const kept = grantSetOf(after);
  return [...new Set(grantSetOf(before).grants)]
    .filter((grant) => !isWithin([grant], kept))
    .toSorted();
}

export function grantSetOf({ scopes, roles }: Grants<unknown>): GrantSet {
  return compileGrants([...scopes, ...grantsOfRoles(roles).grants]);
}

/** Enough scopes to meet every need, and none that could be left out. */
function chooseScopes(needs: readonly (readonly string[])[]): readonly string[] {
  const chosen = new Set(needs.flatMap((need) => (need.length === 1 ? need : [])));
  let open = needs.filter((need) => !need.some((scope) => chosen.has(scope)));
  while (open.length > 0) {
    const next = mostFrequent(open);
    chosen.add(next);
    open = open.filter((need) => !need.includes(next));
  }
  for (const scope of chosen) {
    const isNeeded = needs.some((need) =>
      need.every((each) => each === scope || !chosen.has(each)),
    );
    if (!isNeeded) chosen.delete(scope);
  }
  return [...chosen];
}

/** Of those in as many needs the first by its name, so that the same needs have the same answer. */
function mostFrequent(needs: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const scope of needs.flat()) counts.set(scope, (counts.get(scope) ?? 0) + 1);
  const [first = ["", 0]] = [...counts].toSorted(
    ([one, most], [other, more]) => more - most || (one < other ? -1 : 1),
  );
  return first[0];
}

function grantOf(
  scope: string,
  granted: GrantSet,
  isGrantable: (scope: string) => boolean,
): string {
  if (isGrantable(scope)) return scope;
  const wildcards = granted.grants.filter(
    (grant) => grant.endsWith("*") && covers(compileGrants([grant]), scope),
  );
  return wildcards.toSorted((one, other) => other.length - one.length)[0] ?? scope;
}

/** Without those that grant nothing beside the others; of equals the first stays. */
function leastRoles<Id>(roles: readonly GrantedRole<Id>[]): readonly GrantedRole<Id>[] {
  return roles.reduceRight<readonly GrantedRole<Id>[]>((kept, role) => {
    const others = kept.filter((other) => other !== role);
    return isWithin(role.scopes, grantsOfRoles(others)) ? others : kept;
  }, roles);
}

function grantsOfRoles(roles: readonly GrantedRole<unknown>[]): GrantSet {
  return compileGrants(roles.flatMap(({ scopes }) => scopes));
}

/** The grants that neither the others nor the set include, by name. */
function leastOf(grants: readonly ScopeGrant[], besides: GrantSet): readonly ScopeGrant[] {
  const unique = [...new Set(grants)].toSorted();
  return unique.filter((grant) => {
    const rest = unique.filter((other) => other !== grant);
    return !isWithin([grant], compileGrants([...rest, ...besides.grants]));
  });
}
