// DPoP proofs (RFC 9449 §4), read: that whoever sends a request holds a key. Whether the signature holds is another's question.
import { isObject, parseJsonText } from "../feed/json-shape.ts";
import type { JsonObject } from "../feed/json-shape.ts";
import type { PublicJwk } from "../model/client.ts";
import type { Instant } from "../time.ts";
import { decodeBase64Url, parseCompactJws } from "./access-token-jwt.ts";
import type { SignatureAlgorithm } from "./algorithm.ts";

/** How old a proof may be, and how far ahead the clock of whoever made it. */
export const PROOF_AGE_SECONDS_MAX = 60;
export const PROOF_AHEAD_SECONDS_MAX = 30;
const JTI_CHARS_MAX = 512;

/** A proof as it came, and what it must be about. */
export interface DpopRequest {
  /** The one value of the header `DPoP`. */
  readonly proof: string;
  readonly method: string;
  /** The address of the request as its sender has written it; query and fragment do not count. */
  readonly url: string;
}

export interface DpopProof {
  readonly algorithm: SignatureAlgorithm;
  /** The key that is proved to be held; nothing but itself. */
  readonly jwk: PublicJwk;
  readonly signed: string;
  readonly signature: string;
  readonly jti: string;
  readonly nonce: string | undefined;
  /** The SHA-256 of the access token that it goes with; at a token endpoint there is none. */
  readonly ath: string | undefined;
}

/** The checks of RFC 9449 §4.3, but for signature, nonce, `ath` and replay; `undefined` for whatever fails one. */
export function readDpopProof(
  { proof, method, url }: DpopRequest,
  now: Instant,
): DpopProof | undefined {
  const jws = parseCompactJws(proof);
  if (jws === undefined || "crit" in jws.header) return undefined;
  const { typ, alg } = jws.header;
  if (typeof typ !== "string" || typ.toLowerCase() !== "dpop+jwt") return undefined;
  const jwk = publicKeyOf(jws.header["jwk"]);
  const algorithm = jwk && algorithmOf(alg, jwk);
  const claims = parseJsonText(decodeBase64Url(jws.payload) ?? "");
  if (jwk === undefined || algorithm === undefined || !isObject(claims)) return undefined;
  const { htm, htu, jti, nonce, ath } = claims;
  if (typeof jti !== "string" || jti === "" || jti.length > JTI_CHARS_MAX) return undefined;
  if (htm !== method || typeof htu !== "string" || !isSamePlace(htu, url)) return undefined;
  if (!isFresh(claims, now)) return undefined;
  if (!isTextOrAbsent(nonce) || !isTextOrAbsent(ath)) return undefined;
  const { signed, signature } = jws;
  return { algorithm, jwk, signed, signature, jti, nonce, ath };
}

/** The members that make it a public key, and no other; `undefined` for one that says anything private. */
function publicKeyOf(value: unknown): PublicJwk | undefined {
  if (!isObject(value) || "d" in value || "k" in value || "p" in value) return undefined;
  const { kty, crv, x, y, n, e } = value;
  const isText = (...members: unknown[]) => members.every((member) => typeof member === "string");
  if (kty === "EC" && isText(crv, x, y)) return { kty, crv, x, y } as PublicJwk;
  if (kty === "OKP" && isText(crv, x)) return { kty, crv, x } as PublicJwk;
  return kty === "RSA" && isText(n, e) ? ({ kty, n, e } as PublicJwk) : undefined;
}

function algorithmOf(alg: unknown, { kty, crv }: PublicJwk): SignatureAlgorithm | undefined {
  if (alg === "ES256" && kty === "EC" && crv === "P-256") return alg;
  if (alg === "PS256" && kty === "RSA") return alg;
  const isEdwards = alg === "Ed25519" || alg === "EdDSA";
  return isEdwards && kty === "OKP" && crv === "Ed25519" ? "Ed25519" : undefined;
}

/** RFC 9449 §4.3: without query and fragment, and normalised as RFC 3986 §6.2.2 has it. */
function isSamePlace(htu: string, url: string): boolean {
  const place = placeOf(htu);
  return place !== undefined && place === placeOf(url);
}

function placeOf(text: string): string | undefined {
  try {
    const { protocol, host, pathname } = new URL(text);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return undefined;
  }
}

function isFresh({ iat, exp, nbf }: JsonObject, now: Instant): boolean {
  const seconds = now / 1000;
  const isAhead = (value: unknown) =>
    value !== undefined &&
    !(typeof value === "number" && value <= seconds + PROOF_AHEAD_SECONDS_MAX);
  if (typeof iat !== "number" || iat < seconds - PROOF_AGE_SECONDS_MAX) return false;
  if (isAhead(iat) || isAhead(nbf)) return false;
  return exp === undefined || (typeof exp === "number" && exp > seconds);
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
