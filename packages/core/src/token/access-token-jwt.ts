// Access tokens as RFC 9068 writes them, read: spec/oauth.md §5. Whether the signature holds is another's question.
import { parseId } from "../id.ts";
import type { KeyId } from "../id.ts";
import { isCount, isObject, parseJsonText, parseList } from "../feed/json-shape.ts";
import type { JsonObject } from "../feed/json-shape.ts";
import type { TokenFacts } from "../model/access-token.ts";
import { parseScope } from "../scope/scope.ts";
import type { Scope } from "../scope/scope.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import type { Confirmation } from "./confirmation.ts";

/** The longest that may be one: what no header could carry is none. */
export const TOKEN_CHARS_MAX = 4096;
/** A chain of delegation that is longer has no meaning that anybody could follow. */
const ACTORS_MAX = 8;
const COMPACT = /^[A-Za-z0-9_-]{2,2048}\.[A-Za-z0-9_-]{2,4000}\.[A-Za-z0-9_-]{2,1024}$/;

export interface CompactJws {
  readonly header: JsonObject;
  readonly headerText: string;
  readonly payload: string;
  /** What the signature is over. */
  readonly signed: string;
  readonly signature: string;
}

export interface ReadToken extends TokenFacts {
  readonly audience: string;
}

/** Whether the text has the outer form of a signed token: three parts of base64url. */
export function isCompactJws(text: string): boolean {
  return text.length <= TOKEN_CHARS_MAX && COMPACT.test(text);
}

/** Takes a signed text apart; `undefined` for what is none. Nothing of it is proof. */
export function parseCompactJws(text: string): CompactJws | undefined {
  if (!isCompactJws(text)) return undefined;
  const headerEnd = text.indexOf(".");
  const payloadEnd = text.lastIndexOf(".");
  const headerText = decodeBase64Url(text.slice(0, headerEnd)) ?? "";
  const header = parseJsonText(headerText);
  if (!isObject(header)) return undefined;
  return {
    header,
    headerText,
    payload: text.slice(headerEnd + 1, payloadEnd),
    signed: text.slice(0, payloadEnd),
    signature: text.slice(payloadEnd + 1),
  };
}

/**
 * The `kid` of an access token's header. What `alg` must be, its key says; and a header
 * that says what must be understood (`crit`), or is of another type of token, is none (RFC 8725 §3.11, RFC 9068 §4).
 */
export function accessTokenKid({ header, headerText }: CompactJws): string | undefined {
  const { typ, kid } = header as { readonly typ?: unknown; readonly kid?: unknown };
  if (typeof typ !== "string" || typeof kid !== "string" || "crit" in header) return undefined;
  if (!isAsWritten(header, headerText)) return undefined;
  const type = typ.toLowerCase();
  return type === "at+jwt" || type === "application/at+jwt" ? kid : undefined;
}

/** Reads the claims of a token whose signature holds; `undefined` for what Keyward does not write. */
export function readAccessToken({ payload }: CompactJws): ReadToken | undefined {
  const text = decodeBase64Url(payload) ?? "";
  const claims = parseJsonText(text);
  if (!isObject(claims) || !isAsWritten(claims, text)) return undefined;
  const { iss, sub, aud, client_id, key_id, scope, jti } = claims;
  const id = typeof jti === "string" ? parseId("token", jti) : undefined;
  const clientId = typeof client_id === "string" ? parseId("client", client_id) : undefined;
  const keyId = readKeyId(key_id);
  const scopes = typeof scope === "string" ? readScopes(scope) : undefined;
  const issuedAt = readSeconds(claims["iat"]);
  const expiresAt = readSeconds(claims["exp"]);
  const actors = readActors(claims["act"]);
  const confirmation = readConfirmation(claims["cnf"]);
  if (typeof iss !== "string" || typeof sub !== "string" || typeof aud !== "string") {
    return undefined;
  }
  if (id === undefined || clientId === undefined || keyId === undefined) return undefined;
  if (scopes === undefined || actors === undefined || confirmation === undefined) return undefined;
  if (issuedAt === undefined || expiresAt === undefined) return undefined;
  return {
    id,
    clientId,
    keyId,
    audience: aud,
    scopes,
    actors,
    confirmation,
    issuedAt,
    expiresAt,
  };
}

/** Keyward writes JSON in one way: what stands there twice, or is spelt otherwise, is nothing that it has written. */
function isAsWritten(value: JsonObject, text: string): boolean {
  return JSON.stringify(value) === text;
}

function readKeyId(value: unknown): KeyId | null | undefined {
  if (value === undefined) return null;
  return typeof value === "string" ? parseId("key", value) : undefined;
}

/** RFC 6749 §3.3; an empty text is no scope at all. */
function readScopes(text: string): readonly Scope[] | undefined {
  if (text === "") return [];
  return parseList(text.split(" "), (word) =>
    typeof word === "string" ? parseScope(word) : undefined,
  );
}

/** Whole seconds since 1970 (RFC 7519 §2): a fraction is nothing that Keyward writes. */
function readSeconds(value: unknown): Instant | undefined {
  if (!isCount(value) || value > 253_402_300_799) return undefined;
  return instant(value * 1000);
}

function readActors(act: unknown): readonly string[] | undefined {
  const actors: string[] = [];
  for (let next = act; next !== undefined; next = next["act"]) {
    if (!isObject(next) || actors.length === ACTORS_MAX) return undefined;
    const { sub } = next;
    if (typeof sub !== "string") return undefined;
    actors.push(sub);
  }
  return actors;
}

/** The claim `act`, or its like in a verdict: the present actor with those before it inside (RFC 8693 §4.1). */
export function actClaim(actors: readonly string[]): ActClaim | null {
  return actors.reduceRight<ActClaim | null>(
    (act, sub) => (act === null ? { sub } : { sub, act }),
    null,
  );
}

export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

function readConfirmation(cnf: unknown): Confirmation | null | undefined {
  if (cnf === undefined) return null;
  if (!isObject(cnf)) return undefined;
  const { jkt } = cnf;
  if (typeof jkt === "string") return { jkt };
  const x5tS256 = cnf["x5t#S256"];
  return typeof x5tS256 === "string" ? { x5tS256 } : undefined;
}

/** `undefined` for what is not base64url of UTF-8, padding included (RFC 7515 §2). */
export function decodeBase64Url(text: string): string | undefined {
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    // What has no other character is its own UTF-8; what Keyward writes seldom has.
    if (!BEYOND_ASCII.test(bytes)) return bytes;
    return UTF8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

const BEYOND_ASCII = /[\x80-\xff]/;
const UTF8 = new TextDecoder("utf-8", { fatal: true });
