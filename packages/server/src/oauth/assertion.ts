// A JWT that somebody else has signed (RFC 7521 §3): taken apart without belief, and then held to what is registered.
import { compactVerify, errors } from "jose";
import type { CompactVerifyGetKey } from "jose";
import { isCount, isObject } from "@keyward/core/feed/json-shape";
import type { JsonObject } from "@keyward/core/feed/json-shape";
import type { Instant } from "@keyward/core/time";
import { parseJson } from "../http/json.ts";

/** Finds the public key for a header; one that has none of the header's name throws as those of `jose` do. */
export type KeySource = CompactVerifyGetKey;

/** What clients and issuers may sign with: asymmetric, and never `none` (RFC 8725 §3.1). RFC 9864 gives Ed25519 two names. */
export const ASSERTION_ALGORITHMS = ["ES256", "PS256", "Ed25519", "EdDSA", "RS256"] as const;
/** FAPI 2.0 Security Profile §5.4.1: without the padding of PKCS#1 v1.5. */
export const FAPI_ALGORITHMS = ["ES256", "PS256", "Ed25519", "EdDSA"] as const;

const ASSERTION_CHARS_MAX = 8_192;
const MEMBERS_MAX = 200;
/** How far the clock of whoever signs may be ahead of ours. */
const AHEAD_SECONDS_MAX = 60;
/** Of several keys that a header may mean, so many are tried. */
const KEYS_TRIED_MAX = 4;
/** RFC 8725 §3.11: what is signed to be something else, is something else. */
const TYPES: ReadonlySet<unknown> = new Set([undefined, "jwt", "client-authentication+jwt"]);

export interface Assertion {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

export interface AssertionRules {
  readonly keys: KeySource;
  readonly algorithms: readonly string[];
  /** The claim `iss`, exactly. */
  readonly issuer: string;
  /** One of these is the claim `aud`, alone. */
  readonly audiences: readonly string[];
  /** How far ahead its end may lie. */
  readonly lifetimeSecondsMax: number;
}

/** `undefined` for what is no JWT in one reading: a member of header or claims that stands there twice has two. */
export function parseAssertion(text: string): Assertion | undefined {
  const [head = "", body = "", signature = "", ...more] = text.split(".", 5);
  if (text.length > ASSERTION_CHARS_MAX || more.length > 0) return undefined;
  if (signature === "" || !isBase64Url(signature)) return undefined;
  const header = readPart(head);
  const claims = readPart(body);
  return header && claims && { text, header, claims };
}

export async function isAcceptable(
  { text, header, claims }: Assertion,
  rules: AssertionRules,
  now: Instant,
): Promise<boolean> {
  const { alg, typ } = header;
  if (typeof alg !== "string" || !rules.algorithms.includes(alg) || "crit" in header) return false;
  if (!TYPES.has(typeof typ === "string" ? typ.toLowerCase() : typ)) return false;
  return hasClaims(claims, rules, now) && isSigned(text, rules);
}

function hasClaims(claims: JsonObject, rules: AssertionRules, now: Instant): boolean {
  const { iss, aud, exp, iat, nbf } = claims;
  const seconds = now / 1000;
  const isBegun = (start: unknown) =>
    start === undefined || (isSeconds(start) && start <= seconds + AHEAD_SECONDS_MAX);
  const audience = Array.isArray(aud) && aud.length === 1 ? (aud[0] as unknown) : aud;
  return (
    iss === rules.issuer &&
    rules.audiences.some((one) => one === audience) &&
    isSeconds(exp) &&
    exp > seconds &&
    exp <= seconds + rules.lifetimeSecondsMax &&
    isBegun(iat) &&
    isBegun(nbf)
  );
}

/** False for whatever `jose` refuses; that keys could not be had is thrown on. */
async function isSigned(text: string, { keys, algorithms }: AssertionRules): Promise<boolean> {
  const options = { algorithms: [...algorithms] };
  try {
    await compactVerify(text, keys, options);
    return true;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return isSignedByOne(text, error);
    // A key that is registered, but not one for the algorithm, is a TypeError.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return false;
    throw error;
  }
}

async function isSignedByOne(
  text: string,
  keys: errors.JWKSMultipleMatchingKeys,
): Promise<boolean> {
  let tried = 0;
  for await (const key of keys) {
    if (++tried > KEYS_TRIED_MAX) return false;
    const isGood = await compactVerify(text, key).then(
      () => true,
      () => false,
    );
    if (isGood) return true;
  }
  return false;
}

function readPart(text: string): JsonObject | undefined {
  if (!isBase64Url(text)) return undefined;
  const parsed = parseJson(Buffer.from(text, "base64url"), MEMBERS_MAX);
  return parsed.ok && isObject(parsed.value) ? parsed.value : undefined;
}

/** A second spelling of the same bytes would be a second assertion. */
function isBase64Url(text: string): boolean {
  return Buffer.from(text, "base64url").toString("base64url") === text;
}

/** RFC 7519 §2 takes fractions, too. */
function isSeconds(value: unknown): value is number {
  return typeof value === "number" && isCount(Math.floor(value));
}
