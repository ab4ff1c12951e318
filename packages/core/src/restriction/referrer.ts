import { originMatches, parseOrigin, parseOriginPattern } from "./origin.ts";
import type { Origin, OriginPattern } from "./origin.ts";
import { accept, PATTERN_LENGTH_MAX, refuse } from "./pattern.ts";
import type { ParsedPattern } from "./pattern.ts";
import { isUnambiguousPath } from "./unambiguous-path.ts";

/** The pages of an origin, all of them or those below a path. */
export interface ReferrerPattern {
  readonly originPattern: OriginPattern;
  /** Starts and ends with a slash; `/` is every page. */
  readonly pathPrefix: string;
}

/** A page as a request presents it. */
export interface Referrer {
  readonly origin: Origin;
  /** As sent, without query and fragment. */
  readonly path: string;
}

/** The longest referrer that is looked at, in characters. Browsers cut theirs to the origin beyond 4096. */
export const REFERRER_LENGTH_MAX = 4096;

const SCHEME_END = "://";
const BELOW = "/*";

/** Reads an origin pattern with an optional path that ends in a slash and a star: `https://example.com/shop/*`. */
export function parseReferrerPattern(text: string): ParsedPattern<ReferrerPattern> {
  if (text.length > PATTERN_LENGTH_MAX) {
    return refuse(`a pattern has at most ${PATTERN_LENGTH_MAX} characters`);
  }
  const pathStart = text.indexOf("/", authorityStartOf(text));
  const path = pathStart === -1 ? BELOW : text.slice(pathStart);
  const parsed = parseOriginPattern(pathStart === -1 ? text : text.slice(0, pathStart));
  if (!parsed.ok) return parsed;
  const pathPrefix = path.slice(0, -1);
  if (!path.endsWith(BELOW) || pathPrefix.includes("*")) {
    return refuse("a path ends in /* and has no other *, as in https://example.com/shop/*");
  }
  if (!isUnambiguousPath(pathPrefix)) {
    return refuse(
      "a path has no empty or dot segments, no query, no ; # or \\, and other characters than ASCII percent-encoded",
    );
  }
  return accept({ originPattern: parsed.pattern, pathPrefix });
}

/** Reads a referrer as a request presents it; `undefined` when it is no http or https URL, or one with a user name. */
export function parseReferrer(text: string): Referrer | undefined {
  if (text.length > REFERRER_LENGTH_MAX) return undefined;
  const authorityStart = authorityStartOf(text);
  const authorityLength = text.slice(authorityStart).search(/[/?#]/);
  const authorityEnd = authorityLength === -1 ? text.length : authorityStart + authorityLength;
  const origin = parseOrigin(text.slice(0, authorityEnd));
  if (origin === undefined) return undefined;
  const path = /^[^?#]*/.exec(text.slice(authorityEnd))?.[0];
  return { origin, path: path === undefined || path === "" ? "/" : path };
}

/** Whether the pattern admits the page. Where the pattern names a path, an ambiguous path never passes (T26). */
export function referrerMatches(pattern: ReferrerPattern, presented: Referrer): boolean {
  if (!originMatches(pattern.originPattern, presented.origin)) return false;
  if (pattern.pathPrefix === "/") return true;
  return presented.path.startsWith(pattern.pathPrefix) && isUnambiguousPath(presented.path);
}

function authorityStartOf(text: string): number {
  const schemeEnd = text.indexOf(SCHEME_END);
  return schemeEnd === -1 ? 0 : schemeEnd + SCHEME_END.length;
}
