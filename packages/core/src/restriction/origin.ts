import { accept, PATTERN_LENGTH_MAX, refuse } from "./pattern.ts";
import type { ParsedPattern } from "./pattern.ts";

/** A web origin (RFC 6454 §4) in canonical form: lower case, punycode, no trailing dot, port `""` when it is the scheme's own. */
export interface Origin {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
}

/** An origin, or all subdomains of its host. */
export interface OriginPattern {
  readonly origin: Origin;
  /** `.example.com` for `*.example.com`; `undefined` matches the host alone. */
  readonly subdomainSuffix: string | undefined;
}

/** The longest origin that is looked at: scheme, a host name of 253 characters, port. */
export const ORIGIN_LENGTH_MAX = 300;

const WILDCARD = "*.";
const SCHEME = /^https?:\/\//i;
const NOT_PRINTABLE_ASCII = /[^\x21-\x7e]/;
// What the URL parser would drop, decode or read as the end of the host.
const BEYOND_HOST = /[/\\?#@%]/;
const INVISIBLE = /[\s\p{Cc}\p{Cf}]/u;
const HOST = /^(?:\[[0-9a-f:]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/;
const IPV4_HOST = /^\d+\.\d+\.\d+\.\d+$/;

/** Reads `https://app.example.com`, `http://localhost:3000` or `https://*.example.com`. */
export function parseOriginPattern(text: string): ParsedPattern<OriginPattern> {
  if (text.length > PATTERN_LENGTH_MAX) {
    return refuse(`a pattern has at most ${PATTERN_LENGTH_MAX} characters`);
  }
  const scheme = SCHEME.exec(text)?.[0];
  if (scheme === undefined) return refuse("an origin starts with https:// or http://");
  const authority = text.slice(scheme.length);
  if (authority.includes("@")) return refuse("an origin has no user name and no password");
  if (BEYOND_HOST.test(authority)) {
    return refuse("an origin ends after the host and port: no path, not even a slash");
  }
  const isWildcard = authority.startsWith(WILDCARD);
  const hostText = isWildcard ? authority.slice(WILDCARD.length) : authority;
  if (hostText.includes("*")) {
    return refuse("* stands only for leading labels, as in https://*.example.com");
  }
  const origin = INVISIBLE.test(hostText) ? undefined : canonicalOrigin(scheme + hostText);
  if (origin === undefined) return refuse("after the scheme stands a host name or address");
  if (!isWildcard) return accept({ origin, subdomainSuffix: undefined });
  if (!mayHaveSubdomains(origin.host)) {
    return refuse("a wildcard needs a domain of at least two labels, as in https://*.example.com");
  }
  return accept({ origin, subdomainSuffix: `.${origin.host}` });
}

/** Reads an origin as a request presents it; `undefined` for `null` and for everything that is more than an origin. */
export function parseOrigin(text: string): Origin | undefined {
  const scheme = text.length > ORIGIN_LENGTH_MAX ? undefined : SCHEME.exec(text)?.[0];
  if (scheme === undefined || NOT_PRINTABLE_ASCII.test(text)) return undefined;
  return BEYOND_HOST.test(text.slice(scheme.length)) ? undefined : canonicalOrigin(text);
}

/** Whether the pattern admits the origin. A wildcard admits one label or more, not the domain itself. */
export function originMatches(pattern: OriginPattern, presented: Origin): boolean {
  if (presented.scheme !== pattern.origin.scheme || presented.port !== pattern.origin.port) {
    return false;
  }
  return pattern.subdomainSuffix === undefined
    ? presented.host === pattern.origin.host
    : presented.host.endsWith(pattern.subdomainSuffix);
}

function canonicalOrigin(text: string): Origin | undefined {
  // The URL standard takes "https://example.com:" for the default port; nobody writes that by intent.
  if (text.endsWith(":") || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  // The dot of a fully qualified name names the same host.
  const host = hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
  // The URL standard lets empty labels and most punctuation through; a host name has neither.
  return HOST.test(host) ? { scheme: protocol, host, port } : undefined;
}

function mayHaveSubdomains(host: string): boolean {
  if (host === "localhost") return true;
  return host.includes(".") && !IPV4_HOST.test(host);
}
