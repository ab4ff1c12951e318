// Who calls the management API: a key of the built-in api, decided like any other key.
import { OperationError } from "@keyward/core/failure/failures";
import { challengeFor } from "@keyward/core/http/challenge";
import { clientIp } from "@keyward/core/http/client-ip";
import { extractCredential } from "@keyward/core/http/credentials";
import type { KeyId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import { covers } from "@keyward/core/scope/scope";
import type { GrantSet, Scope } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { decide } from "@keyward/core/verdict/decide";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import { BUILT_IN_API } from "../contract/permissions.ts";
import type { Permission } from "../contract/permissions.ts";
import { HttpFailure } from "./http-failure.ts";
import { isOwnOrigin } from "./own-origin.ts";
import { headerLines, headerOf } from "./raw-headers.ts";

export const REALM = "keyward";

/** Finds the key that a presented key opens, in whatever workspace and state. */
export interface KeyFinder {
  find(presented: string): KeySnapshot | undefined;
}

export interface AuthenticationParts {
  readonly keys: KeyFinder;
  /** The networks whose `X-Forwarded-For` is believed (T25). */
  readonly trustedProxies: readonly Cidr[];
  readonly publicUrl: string | undefined;
}

export interface AuthenticationRequest {
  readonly rawHeaders: readonly string[];
  readonly peer: string;
  readonly method: string;
  /** As sent, before any decoding. */
  readonly path: string;
}

/** A management key that is accepted; what it may do is the next question. */
export interface ManagementKey {
  readonly workspaceId: WorkspaceId;
  readonly keyId: KeyId;
  readonly secretId: SecretId;
  readonly grants: GrantSet;
  /** The end of the key or, where that is earlier, of the secret that was presented; `undefined` is never. */
  readonly expiresAt: Instant | undefined;
  /** The client's address; `null` when it is not known. */
  readonly ip: string | null;
}

/**
 * Accepts the management key of a request, its own restrictions included.
 *
 * @throws OperationError `ambiguous_credentials`; `unauthenticated` for what is no usable management key, with a
 * challenge; `management_key_restricted` for one that does not work from here or for this request
 */
export function authenticate(
  parts: AuthenticationParts,
  request: AuthenticationRequest,
  now: Instant,
): ManagementKey {
  const credential = credentialOf(request.rawHeaders);
  const forwardedFor = headerLines(request.rawHeaders, "x-forwarded-for");
  const ip = clientIp(request.peer, forwardedFor, parts.trustedProxies);
  const key = parts.keys.find(credential);
  // No client has the built-in api among its resources, so that a token never is a management key.
  if (key?.token !== undefined || key === undefined) throw unauthenticated("unknown");
  const context = {
    method: request.method,
    path: request.path,
    ...(ip === undefined ? {} : { ip }),
    ...browserFacts(parts, key, request.rawHeaders),
  };
  const verdict = decide(key, { api: BUILT_IN_API.prefix, environment: "live", context }, now);
  if (verdict.outcome === "denied") throw refusal(verdict.code);
  const { workspaceId, keyId, secretId, grants } = key;
  const expiresAt = earlierOf(key.expiresAt, key.secretExpiresAt);
  return { workspaceId, keyId, secretId, grants, expiresAt, ip: ip ?? null };
}

/** The earlier of two ends, of which each may be none. */
export function earlierOf(one: Instant | undefined, other: Instant | undefined) {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

/**
 * What a browser says of the page that asks. Our own pages are no leak, so their origin counts only for a key that lists
 * the sites it works from (T36).
 */
function browserFacts(
  { publicUrl }: AuthenticationParts,
  { restrictions }: KeySnapshot,
  rawHeaders: readonly string[],
): RequestContext {
  const origins = headerLines(rawHeaders, "origin");
  const referrers = headerLines(rawHeaders, "referer");
  const isOurs = isOwnOrigin(origins, { host: headerOf(rawHeaders, "host"), publicUrl });
  const isLeftOut = origins.length === 0 || (isOurs && restrictions?.origins === undefined);
  return {
    ...(isLeftOut ? {} : { origin: origins.join(", ") }),
    ...(referrers.length === 0 ? {} : { referrer: referrers.join(", ") }),
  };
}

/** @throws OperationError `insufficient_permission`, which names what is missing */
export function assertPermission(grants: GrantSet, permission: Permission | Scope): void {
  if (!covers(grants, permission)) throw lacking(permission);
}

/** @param permission as the caller would have to be granted it */
export function lacking(permission: string): OperationError {
  return new HttpFailure("insufficient_permission", {
    detail: `The operation needs ${permission}`,
    headers: {
      "www-authenticate": challengeFor("insufficient_scope", {
        realm: REALM,
        scopes: [permission],
      }),
    },
  });
}

function credentialOf(rawHeaders: readonly string[]): string {
  const extraction = extractCredential(rawHeaders);
  switch (extraction.outcome) {
    case "found":
      return extraction.credential;
    case "ambiguous":
      throw new OperationError("ambiguous_credentials");
    case "malformed":
      throw unauthenticated("malformed");
    default:
      throw unauthenticated("missing_credential");
  }
}

/** That a key belongs to another api or environment is, here, that it is no management key. */
function refusal(code: DenialCode): OperationError {
  const isNoManagementKey = code === "wrong_api" || code === "wrong_environment";
  if (isNoManagementKey || DENIALS[code].status === 401) return unauthenticated(code);
  return new OperationError("management_key_restricted", { detail: DENIALS[code].title });
}

/** With the challenge that RFC 6750 §3 asks for. */
export function unauthenticated(code: DenialCode): HttpFailure {
  return new HttpFailure("unauthenticated", {
    detail: DENIALS[code].title,
    headers: { "www-authenticate": challengeFor(code, { realm: REALM }) },
  });
}
