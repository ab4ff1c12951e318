// Scopes as spec/scopes.md defines them: their grammar, what a set of grants covers, and when one set is within another.
import type { Brand } from "../brand.ts";

/** A concrete scope, `invoices:read`. */
export type Scope = Brand<string, "Scope">;

/** What may be granted: a scope, or a wildcard in the last segment (`invoices:*`, or `*` for everything). */
export type ScopeGrant = Scope | Brand<string, "WildcardGrant">;

/** The longest scope or grant, in characters. */
export const SCOPE_LENGTH_MAX = 128;

/** The most segments of a scope or grant, the `*` included. */
export const SCOPE_SEGMENTS_MAX = 8;

/** What a request asks of a key's grants. */
export type ScopeRequirement =
  | { readonly all: readonly string[] }
  | { readonly any: readonly string[] };

/** Grants made ready for {@link covers}. */
export interface GrantSet {
  /** The grants as given, without the entries that are none. */
  readonly grants: readonly ScopeGrant[];
  readonly concrete: ReadonlySet<string>;
  /** What stands before the `*` of each wildcard: `"invoices:"`, or `""` for everything. */
  readonly wildcardPrefixes: ReadonlySet<string>;
}

// No segment holds a colon, so there is one way to match a text, and the match is linear (T35).
const SCOPE = /^[a-z0-9][a-z0-9_.-]{0,62}(?::[a-z0-9][a-z0-9_.-]{0,62}){0,7}$/;
const WILDCARD_PREFIX = /^(?:[a-z0-9][a-z0-9_.-]{0,62}:){0,7}$/;

/** Reads a concrete scope; `undefined` for a wildcard and for anything else outside the grammar. */
export function parseScope(text: string): Scope | undefined {
  return isScope(text) ? text : undefined;
}

/** Reads a scope or a wildcard grant; `undefined` for anything outside the grammar. */
export function parseScopeGrant(text: string): ScopeGrant | undefined {
  return isScope(text) || isWildcardGrant(text) ? text : undefined;
}

/** Makes grants ready for comparison. An entry that is no grant covers nothing (T10). */
export function compileGrants(grants: readonly string[]): GrantSet {
  const kept: ScopeGrant[] = [];
  const concrete = new Set<string>();
  const wildcardPrefixes = new Set<string>();
  for (const text of grants) {
    const grant = parseScopeGrant(text);
    if (grant === undefined) continue;
    kept.push(grant);
    if (isScope(grant)) concrete.add(grant);
    else wildcardPrefixes.add(grant.slice(0, -1));
  }
  // Keys share it, and principals carry it out to whoever handles a request.
  return { grants: Object.freeze(kept), concrete, wildcardPrefixes };
}

/** Whether the grants include a required scope. Text that is no concrete scope is never covered. */
export function covers(set: GrantSet, required: string): boolean {
  if (set.concrete.has(required)) return true;
  return (
    set.wildcardPrefixes.size > 0 &&
    isScope(required) &&
    hasLeadingWildcard(set.wildcardPrefixes, required)
  );
}

/** Whether the grants include every required scope; true when none is required. */
export function coversAll(set: GrantSet, required: readonly string[]): boolean {
  for (const scope of required) if (!covers(set, scope)) return false;
  return true;
}

/** The first required scope that the grants lack; `undefined` when they lack none. */
export function firstUncovered(set: GrantSet, required: readonly string[]): string | undefined {
  return required.find((scope) => !covers(set, scope));
}

/** Whether every grant of `child` is included in `parent`, wildcards by spec/scopes.md §4. */
export function isWithin(child: readonly ScopeGrant[], parent: GrantSet): boolean {
  return child.every((grant) => {
    if (isScope(grant)) return covers(parent, grant);
    return isWildcardGrant(grant) && hasLeadingWildcard(parent.wildcardPrefixes, grant);
  });
}

/**
 * What both sets include. Of two grants either one includes the other or they have nothing in common, so it is the grants
 * of each that the other includes.
 */
export function intersectGrants(one: GrantSet, other: GrantSet): GrantSet {
  const kept = [
    ...one.grants.filter((grant) => isWithin([grant], other)),
    ...other.grants.filter((grant) => isWithin([grant], one)),
  ];
  return compileGrants([...new Set(kept)]);
}

/** Whether the grants satisfy a requirement. `{all: []}` is met by anything, `{any: []}` by nothing. */
export function meetsRequirement(set: GrantSet, requirement: ScopeRequirement): boolean {
  if ("all" in requirement) return coversAll(set, requirement.all);
  return requirement.any.some((scope) => covers(set, scope));
}

/** What would have to be granted to meet a requirement that is not met: of a list of alternatives, any one. */
export function missingScopes(set: GrantSet, requirement: ScopeRequirement): readonly string[] {
  if ("any" in requirement) return requirement.any;
  return requirement.all.filter((scope) => !covers(set, scope));
}

/** Whether a publishable key may hold the grant: only what ends in `read` or `list` (T36). */
export function isPublishable(grant: ScopeGrant): boolean {
  const lastSegment = grant.slice(grant.lastIndexOf(":") + 1);
  return lastSegment === "read" || lastSegment === "list";
}

function isScope(text: string): text is Scope {
  return text.length <= SCOPE_LENGTH_MAX && SCOPE.test(text);
}

function isWildcardGrant(text: string): text is ScopeGrant {
  return (
    text.length <= SCOPE_LENGTH_MAX && text.endsWith("*") && WILDCARD_PREFIX.test(text.slice(0, -1))
  );
}

/** At most one look-up per segment, however many wildcards are granted. */
function hasLeadingWildcard(wildcardPrefixes: ReadonlySet<string>, text: string): boolean {
  if (wildcardPrefixes.has("")) return true;
  for (let colon = text.indexOf(":"); colon !== -1; colon = text.indexOf(":", colon + 1)) {
    if (wildcardPrefixes.has(text.slice(0, colon + 1))) return true;
  }
  return false;
}
