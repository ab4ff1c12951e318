// Where a credential may stand in a request: spec/http.md, "Where a credential may stand".
import { isWellFormedKey } from "../key/format.ts";
import { beginsWithName, isHeaderName } from "./header-name.ts";

export type CredentialSource = "bearer" | "dpop" | "api-key" | "x-api-key" | "basic" | "query";

/** `found` says that something stands there and could be a key or an access token; not that it is one. */
export type CredentialExtraction =
  | { readonly outcome: "found"; readonly credential: string; readonly source: CredentialSource }
  | { readonly outcome: "missing" }
  | { readonly outcome: "ambiguous" }
  | { readonly outcome: "malformed" };

export const CREDENTIAL_CHARS_MAX = 4096;

const MISSING = { outcome: "missing" } as const;
const AMBIGUOUS = { outcome: "ambiguous" } as const;
const MALFORMED = { outcome: "malformed" } as const;

/** A regular expression, because the engine makes machine code of it: half the time of a loop over the characters. */
const FORBIDDEN = /[^A-Za-z0-9_.~+/=-]/;

/**
 * Finds the one credential of a request. Two of them are ambiguous even when they are equal: which one counts would
 * depend on who reads, and that is how requests slip through (T27).
 *
 * @param rawHeaders name, value, name, value, … as they came (`rawHeaders` of Node): a parsed object has already dropped
 *   or joined the duplicates
 * @param options.queryParameter only for an api that opted in; `search` is the query part of the target, with or without `?`
 */
export function extractCredential(
  rawHeaders: readonly string[],
  options: { readonly queryParameter?: { readonly name: string; readonly search: string } } = {},
): CredentialExtraction {
  let authorization: string | undefined;
  let apiKey: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (isHeaderName(name, "authorization")) {
      if (authorization !== undefined) return AMBIGUOUS;
      authorization = rawHeaders[index + 1] ?? "";
    } else if (isHeaderName(name, "x-api-key")) {
      if (apiKey !== undefined) return AMBIGUOUS;
      apiKey = rawHeaders[index + 1] ?? "";
    }
  }
  let extraction: CredentialExtraction = MISSING;
  if (authorization !== undefined) extraction = readAuthorization(trimBlanks(authorization));
  if (apiKey !== undefined) extraction = onlyOne(extraction, readValue(apiKey, "x-api-key"));
  if (options.queryParameter) extraction = onlyOne(extraction, readQuery(options.queryParameter));
  return extraction;
}

function onlyOne(first: CredentialExtraction, second: CredentialExtraction): CredentialExtraction {
  if (first.outcome === "missing") return second;
  return second.outcome === "missing" ? first : AMBIGUOUS;
}

function readAuthorization(value: string): CredentialExtraction {
  if (hasScheme(value, "bearer")) return readPresent(afterScheme(value, "bearer"), "bearer");
  if (hasScheme(value, "dpop")) return readPresent(afterScheme(value, "dpop"), "dpop");
  if (hasScheme(value, "api-key")) return readPresent(afterScheme(value, "api-key"), "api-key");
  if (hasScheme(value, "basic")) return readBasic(afterScheme(value, "basic"));
  // A key without a scheme was meant for us; to call it missing would send its owner to look in the wrong place.
  return isWellFormedKey(value) ? MALFORMED : MISSING;
}

/** Once a scheme of ours is named, an absent credential is a mistake and not an absence. */
function readPresent(text: string, source: CredentialSource): CredentialExtraction {
  return text === "" ? MALFORMED : readCharacters(text, source);
}

/**
 * The key is the user name and the password is empty, as Stripe does it. A password means that the pair is somebody
 * else's login, or that the key stands on the wrong side: in neither case may one half be silently dropped.
 */
function readBasic(encoded: string): CredentialExtraction {
  if (encoded.includes(",")) return AMBIGUOUS;
  const pair = encoded.length > CREDENTIAL_CHARS_MAX ? undefined : decodeBase64(encoded);
  if (pair === undefined || !pair.endsWith(":")) return MALFORMED;
  return readPresent(trimBlanks(pair.slice(0, -1)), "basic");
}

/** Strict: `atob` forgives blanks, absent padding and stray bits, which would give one credential many spellings. */
function decodeBase64(encoded: string): string | undefined {
  try {
    const decoded = atob(encoded);
    return btoa(decoded) === encoded ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function readQuery(parameter: {
  readonly name: string;
  readonly search: string;
}): CredentialExtraction {
  const [value, ...others] = new URLSearchParams(parameter.search).getAll(parameter.name);
  if (value === undefined) return MISSING;
  return others.length > 0 ? AMBIGUOUS : readCharacters(value, "query");
}

function readValue(value: string, source: CredentialSource): CredentialExtraction {
  return readCharacters(trimBlanks(value), source);
}

function readCharacters(text: string, source: CredentialSource): CredentialExtraction {
  if (text === "") return MISSING;
  if (text.length > CREDENTIAL_CHARS_MAX) return MALFORMED;
  // RFC 9110 §5.3 joins repeated lines with a comma: what a proxy joined was more than one.
  if (FORBIDDEN.test(text)) return text.includes(",") ? AMBIGUOUS : MALFORMED;
  return { outcome: "found", credential: text, source };
}

function afterScheme(value: string, name: string): string {
  return trimBlanks(value, name.length);
}

/** Trims what RFC 9110 §5.6.3 calls optional whitespace, and not the many blanks that `trim` knows. */
function trimBlanks(text: string, from = 0): string {
  let start = from;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function hasScheme(value: string, name: string): boolean {
  if (!beginsWithName(value, name)) return false;
  return value.length === name.length || isBlank(value.charCodeAt(name.length));
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
