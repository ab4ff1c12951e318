// What keys needed of their scopes: spec/usage.md §8.
import type { CredentialId } from "../id.ts";
import { parseScope } from "../scope/scope.ts";
import type { ScopeRequirement } from "../scope/scope.ts";

/** A need is a scope, or several with spaces between them, in ascending order, any of which does; or one of the two below. */
export const NEED_CHARS_MAX = 300;
/** Something was allowed that asked for no scope. */
export const NO_SCOPE = "";
/** What was allowed may have needed anything: whoever tells so could not tell more. */
export const ANY_SCOPE = "*";

/** On a day, something was allowed to the key that it would not have been without the need. */
export interface KeyNeed {
  /** Whole days since 1970 (UTC). */
  readonly day: number;
  readonly keyId: CredentialId;
  readonly need: string;
}

/** What a request asked of a key's scopes. A list means all of it. */
export type AskedScopes = ScopeRequirement | readonly string[];

/** The scopes of which any one does; `undefined` where that cannot be told. */
export function alternativesOf(need: string): readonly string[] | undefined {
  return need === ANY_SCOPE ? undefined : need.split(" ");
}

/** The need of a requirement that is met by any of the scopes. */
export function needOfAny(scopes: readonly string[]): string {
  const parsed = scopes.filter((scope) => parseScope(scope) !== undefined);
  const need = [...new Set(parsed)].toSorted().join(" ");
  return need === "" || need.length > NEED_CHARS_MAX ? ANY_SCOPE : need;
}

export function isNeed(text: string): boolean {
  if (text === NO_SCOPE || text === ANY_SCOPE) return true;
  return text.length <= NEED_CHARS_MAX && needOfAny(text.split(" ")) === text;
}
