// Where, when and how a key works, as spec/restrictions.md defines it: entries of one list are alternatives, kinds add up,
// and what a request does not say never passes.
import type { Instant } from "../time.ts";
import { parseAndroidApp, parseBundleId, parseCertFingerprint } from "./app.ts";
import type { AndroidApp, AndroidAppRestriction } from "./app.ts";
import { cidrContains, cidrContainsIpv4, parseCidr } from "./cidr.ts";
import type { Cidr } from "./cidr.ts";
import { parseIp, parseIpv4 } from "./ip-address.ts";
import { originMatches, parseOrigin, parseOriginPattern } from "./origin.ts";
import type { OriginPattern } from "./origin.ts";
import { refuse } from "./pattern.ts";
import type { ParsedPattern, PatternProblem } from "./pattern.ts";
import { parseReferrer, parseReferrerPattern, referrerMatches } from "./referrer.ts";
import type { ReferrerPattern } from "./referrer.ts";
import { parseRoute, routeMatches } from "./route.ts";
import type { RoutePattern, RouteRestriction } from "./route.ts";
import { isOpen, parseTimeWindow } from "./time-window.ts";
import type { TimeWindow, TimeWindowRestriction } from "./time-window.ts";
import { isUnambiguousPath } from "./unambiguous-path.ts";

/** The most entries of one list (T35). */
export const RESTRICTION_ENTRIES_MAX = 50;

/** Restrictions as the wire and storage carry them. A list that is left out does not restrict; none may be empty. */
export interface Restrictions {
  /** Addresses and networks, IPv4 and IPv6. */
  readonly ips?: readonly string[];
  readonly origins?: readonly string[];
  readonly referrers?: readonly string[];
  readonly routes?: readonly RouteRestriction[];
  readonly time_windows?: readonly TimeWindowRestriction[];
  readonly android_apps?: readonly AndroidAppRestriction[];
  /** Bundle ids. */
  readonly ios_apps?: readonly string[];
}

/** What is known of the request that a key came with. All of it is as good as its source: see spec/restrictions.md §9. */
export interface RequestContext {
  readonly ip?: string;
  /** The `Origin` header. */
  readonly origin?: string;
  /** The `Referer` header. */
  readonly referrer?: string;
  readonly method?: string;
  /** As sent, before any decoding; the query string may follow. */
  readonly path?: string;
  readonly user_agent?: string;
  readonly android_package?: string;
  readonly android_cert?: string;
  readonly ios_bundle?: string;
}

/** Restrictions ready for matching, a field per denial code; `undefined` does not restrict. */
export interface CompiledRestrictions {
  /** `ip_not_allowed` */
  readonly ips: readonly Cidr[] | undefined;
  /** `origin_not_allowed`: each list that is there must pass. */
  readonly origins: SitePatterns | undefined;
  /** `route_not_allowed` */
  readonly routes: readonly RoutePattern[] | undefined;
  /** `outside_time_window` */
  readonly timeWindows: readonly TimeWindow[] | undefined;
  /** `app_not_allowed`: any app of either list passes. */
  readonly apps: AppPatterns | undefined;
}

interface SitePatterns {
  readonly origins: readonly OriginPattern[] | undefined;
  readonly referrers: readonly ReferrerPattern[] | undefined;
}

interface AppPatterns {
  readonly android: readonly AndroidApp[] | undefined;
  readonly ios: readonly string[] | undefined;
}

/** One thing to correct. */
export interface RestrictionProblem {
  /** A JSON pointer (RFC 6901) into the restrictions. */
  readonly pointer: string;
  readonly detail: string;
}

export type CompileResult =
  | { readonly ok: true; readonly restrictions: CompiledRestrictions }
  | { readonly ok: false; readonly problems: readonly RestrictionProblem[] };

/** The fields of each object, so that a field of a later version is refused rather than ignored. */
const RESTRICTION_FIELDS: readonly (keyof Restrictions)[] = [
  "ips",
  "origins",
  "referrers",
  "routes",
  "time_windows",
  "android_apps",
  "ios_apps",
];
const ROUTE_FIELDS: readonly (keyof RouteRestriction)[] = ["methods", "path"];
const TIME_WINDOW_FIELDS: readonly (keyof TimeWindowRestriction)[] = [
  "days",
  "from",
  "to",
  "time_zone",
];
const ANDROID_APP_FIELDS: readonly (keyof AndroidAppRestriction)[] = [
  "package_name",
  "sha256_cert_fingerprint",
  "sha1_cert_fingerprint",
];

/**
 * Makes restrictions ready for matching, or says everything that is wrong with them, at most one problem per entry.
 * Done once when a key is written or loaded, never per request.
 */
export function compileRestrictions(restrictions: Restrictions): CompileResult {
  const problems: RestrictionProblem[] = unknownFields(restrictions, RESTRICTION_FIELDS).map(
    (field) => ({ pointer: pointerTo(field), detail: UNKNOWN_FIELD }),
  );
  const compile = <Entry, Pattern>(
    field: keyof Restrictions,
    entries: readonly Entry[] | undefined,
    parse: (entry: Entry) => ParsedPattern<Pattern>,
  ): readonly Pattern[] | undefined =>
    entries === undefined ? undefined : compileList(pointerTo(field), entries, parse, problems);

  const origins = compile("origins", restrictions.origins, parseOriginPattern);
  const referrers = compile("referrers", restrictions.referrers, parseReferrerPattern);
  const android = compile(
    "android_apps",
    restrictions.android_apps,
    knowing(ANDROID_APP_FIELDS, parseAndroidApp),
  );
  const ios = compile("ios_apps", restrictions.ios_apps, parseBundleId);
  const compiled: CompiledRestrictions = {
    ips: compile("ips", restrictions.ips, parseCidr),
    origins: (origins ?? referrers) ? { origins, referrers } : undefined,
    routes: compile("routes", restrictions.routes, knowing(ROUTE_FIELDS, parseRoute)),
    timeWindows: compile(
      "time_windows",
      restrictions.time_windows,
      knowing(TIME_WINDOW_FIELDS, parseTimeWindow),
    ),
    apps: (android ?? ios) ? { android, ios } : undefined,
  };
  return problems.length === 0 ? { ok: true, restrictions: compiled } : { ok: false, problems };
}

/** Whether the request comes from a listed address or network. */
export function ipAllowed({ ips }: CompiledRestrictions, context: RequestContext): boolean {
  return ips === undefined || (context.ip !== undefined && isListedIp(ips, context.ip));
}

/** Whether the request comes from a listed origin and, where referrers are listed too, from a listed page. */
export function originAllowed({ origins }: CompiledRestrictions, context: RequestContext): boolean {
  if (origins === undefined) return true;
  return (
    (origins.origins === undefined || isListedOrigin(origins.origins, context.origin)) &&
    (origins.referrers === undefined || isListedReferrer(origins.referrers, context.referrer))
  );
}

/** Whether the request's method and path are those of a listed route. An ambiguous path is on none (T26). */
export function routeAllowed({ routes }: CompiledRestrictions, context: RequestContext): boolean {
  if (routes === undefined) return true;
  const path = context.path?.split("?", 1)[0];
  return (
    path !== undefined &&
    isUnambiguousPath(path) &&
    routes.some((route) => routeMatches(route, context.method, path))
  );
}

/** Whether a listed window is open at the instant. */
export function withinTimeWindow({ timeWindows }: CompiledRestrictions, now: Instant): boolean {
  return timeWindows === undefined || timeWindows.some((window) => isOpen(window, now));
}

/** Whether the request names a listed app, of either platform. */
export function appAllowed({ apps }: CompiledRestrictions, context: RequestContext): boolean {
  if (apps === undefined) return true;
  return isListedAndroidApp(apps.android, context) || isListedIosApp(apps.ios, context);
}

/** Most addresses are IPv4, and one word is compared without making an object of it. */
function isListedIp(networks: readonly Cidr[], text: string): boolean {
  const word = parseIpv4(text);
  if (word !== undefined) {
    for (const network of networks) if (cidrContainsIpv4(network, word)) return true;
    return false;
  }
  const ip = parseIp(text);
  return ip !== undefined && networks.some((network) => cidrContains(network, ip));
}

function isListedOrigin(patterns: readonly OriginPattern[], text: string | undefined): boolean {
  const origin = text === undefined ? undefined : parseOrigin(text);
  return origin !== undefined && patterns.some((pattern) => originMatches(pattern, origin));
}

function isListedReferrer(patterns: readonly ReferrerPattern[], text: string | undefined): boolean {
  const referrer = text === undefined ? undefined : parseReferrer(text);
  return referrer !== undefined && patterns.some((pattern) => referrerMatches(pattern, referrer));
}

function isListedAndroidApp(
  apps: readonly AndroidApp[] | undefined,
  context: RequestContext,
): boolean {
  if (apps === undefined || context.android_cert === undefined) return false;
  const certFingerprint = parseCertFingerprint(context.android_cert);
  return apps.some(
    (app) => app.packageName === context.android_package && app.certFingerprint === certFingerprint,
  );
}

function isListedIosApp(apps: readonly string[] | undefined, context: RequestContext): boolean {
  return context.ios_bundle !== undefined && apps?.includes(context.ios_bundle) === true;
}

const UNKNOWN_FIELD = "not a restriction that this version knows, so it cannot be enforced";

function compileList<Entry, Pattern>(
  pointer: string,
  entries: readonly Entry[],
  parse: (entry: Entry) => ParsedPattern<Pattern>,
  problems: RestrictionProblem[],
): readonly Pattern[] {
  // The type says so already, but a text or null from JSON would be read as something that restricts less.
  if (!Array.isArray(entries)) {
    problems.push({ pointer, detail: "not a list" });
    return [];
  }
  if (entries.length === 0) {
    const detail = "an empty list would let nothing pass; leave the restriction out to lift it";
    problems.push({ pointer, detail });
  }
  if (entries.length > RESTRICTION_ENTRIES_MAX) {
    problems.push({ pointer, detail: `a list has at most ${RESTRICTION_ENTRIES_MAX} entries` });
    return [];
  }
  const patterns: Pattern[] = [];
  for (const [index, entry] of entries.entries()) {
    const parsed = parse(entry);
    if (parsed.ok) patterns.push(parsed.pattern);
    else problems.push({ pointer: `${pointer}/${index}${parsed.pointer}`, detail: parsed.detail });
  }
  return patterns;
}

/** Puts the refusal of unknown fields before a parser of objects. */
function knowing<Entry extends object, Pattern>(
  fields: readonly (keyof Entry & string)[],
  parse: (entry: Entry) => ParsedPattern<Pattern>,
): (entry: Entry) => ParsedPattern<Pattern> {
  return (entry): ParsedPattern<Pattern> | PatternProblem => {
    const [unknown] = unknownFields(entry, fields);
    return unknown === undefined ? parse(entry) : refuse(UNKNOWN_FIELD, pointerTo(unknown));
  };
}

function unknownFields(object: object, known: readonly string[]): readonly string[] {
  return Object.keys(object).filter((field) => !known.includes(field));
}

/** RFC 6901 §3. */
function pointerTo(field: string): string {
  return `/${field.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
