// The cookie in which a browser holds its session (T50).
import { parse, serialize } from "hono/utils/cookie";
import type { Secret } from "@keyward/core/key/secret";
import { SESSION_IDLE_SECONDS } from "../contract/limits.ts";
import { headerLines, headerOf } from "./raw-headers.ts";

export interface CookiePlace {
  readonly publicUrl: string | undefined;
  /** Whether a session may cross a network in the clear. */
  readonly allowInsecureHttp: boolean;
}

/** A browser keeps a cookie with the prefix `__Host-` only if it is Secure and of exactly this host (RFC 6265bis §4.1.3). */
const SECURE_NAME = "__Host-kw_sid";
/** Over plain http, on this machine: there is no Secure cookie then. */
const PLAIN_NAME = "kw_sid";

type CookieName = typeof SECURE_NAME | typeof PLAIN_NAME;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The name under which a session can be held here; `undefined` where it would cross a network in the clear. */
export function sessionCookieName(
  { publicUrl, allowInsecureHttp }: CookiePlace,
  rawHeaders: readonly string[],
): CookieName | undefined {
  if (publicUrl?.startsWith("https:")) return SECURE_NAME;
  const host = URL.parse(`http://${headerOf(rawHeaders, "host") ?? ""}`)?.hostname ?? "";
  return allowInsecureHttp || LOOPBACK.test(host) ? PLAIN_NAME : undefined;
}

/** What the browser holds, whatever it is. */
export function presentedSession(
  place: CookiePlace,
  rawHeaders: readonly string[],
): string | undefined {
  const lines = headerLines(rawHeaders, "cookie");
  if (lines.length === 0) return undefined;
  const name = sessionCookieName(place, rawHeaders);
  return name && parse(lines.join("; "), name)[name];
}

/** It ends with the session, if that is not used; each renewal brings another. */
export function setSession(name: CookieName, token: Secret): string {
  return cookie(name, token.reveal(), SESSION_IDLE_SECONDS);
}

export function clearSession(name: CookieName): string {
  return cookie(name, "", 0);
}

function cookie(name: CookieName, value: string, maxAge: number): string {
  const options = { path: "/", httpOnly: true, sameSite: "Lax", maxAge } as const;
  return name === SECURE_NAME
    ? serialize(name, value, { ...options, secure: true })
    : serialize(name, value, options);
}
