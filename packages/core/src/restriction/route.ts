import { accept, PATTERN_LENGTH_MAX, refuse } from "./pattern.ts";
import type { ParsedPattern } from "./pattern.ts";
import { isUnambiguousPath } from "./unambiguous-path.ts";

/** A route restriction as it is written. */
export interface RouteRestriction {
  /** The methods that pass, in capitals; left out, all of them. */
  readonly methods?: readonly string[];
  /** An absolute path, where `*` is exactly one segment and a trailing `/**` everything below. */
  readonly path: string;
}

/** A route restriction ready for matching. */
export interface RoutePattern {
  readonly methods: ReadonlySet<string> | undefined;
  /** The segments in order; `undefined` is any one. */
  readonly segments: readonly (string | undefined)[];
  /** Whether anything may follow the segments and a slash. */
  readonly hasRest: boolean;
}

/** The most methods of one route. */
export const ROUTE_METHODS_MAX = 50;

/** RFC 9110 §9.1 compares methods by case, and those in use are in capitals. */
const METHOD = /^[A-Z][A-Z-]{0,31}$/;

/** Reads a route restriction. */
export function parseRoute(route: RouteRestriction): ParsedPattern<RoutePattern> {
  const methodProblem = route.methods && findMethodProblem(route.methods);
  if (methodProblem !== undefined) return methodProblem;
  const { path } = route;
  if (path.length > PATTERN_LENGTH_MAX) {
    return refuse(`a path has at most ${PATTERN_LENGTH_MAX} characters`, "/path");
  }
  if (path.includes("?")) {
    return refuse("the query string is not compared; leave it out", "/path");
  }
  if (!isUnambiguousPath(path)) {
    return refuse(
      "a path starts with / and has no empty or dot segments, no ; # or \\, and other characters than ASCII percent-encoded",
      "/path",
    );
  }
  const hasRest = path.endsWith("/**");
  const segments = (hasRest ? path.slice(0, -"/**".length) : path).split("/").slice(1);
  if (segments.some((segment) => segment.includes("*") && segment !== "*")) {
    return refuse("* stands alone in its segment, and ** only in the last", "/path");
  }
  return accept({
    methods: route.methods && new Set(route.methods),
    segments: segments.map((segment) => (segment === "*" ? undefined : segment)),
    hasRest,
  });
}

/** Whether the pattern admits the method and the path, which must be unambiguous and without a query. Linear in the path. */
export function routeMatches(
  pattern: RoutePattern,
  method: string | undefined,
  path: string,
): boolean {
  if (pattern.methods !== undefined && (method === undefined || !pattern.methods.has(method))) {
    return false;
  }
  let position = 0;
  for (const segment of pattern.segments) {
    if (path[position] !== "/") return false;
    const start = position + 1;
    const slash = path.indexOf("/", start);
    const end = slash === -1 ? path.length : slash;
    const isMatch =
      segment === undefined
        ? end > start
        : end - start === segment.length && path.startsWith(segment, start);
    if (!isMatch) return false;
    position = end;
  }
  return pattern.hasRest ? path[position] === "/" : position === path.length;
}

function findMethodProblem(methods: readonly string[]): ReturnType<typeof refuse> | undefined {
  if (methods.length === 0) {
    return refuse("an empty list would let no method pass; leave it out to allow all", "/methods");
  }
  if (methods.length > ROUTE_METHODS_MAX) {
    return refuse(`a route has at most ${ROUTE_METHODS_MAX} methods`, "/methods");
  }
  const index = methods.findIndex((method) => !METHOD.test(method));
  if (index === -1) return undefined;
  return refuse("a method is written in capitals, such as GET", `/methods/${index}`);
}
