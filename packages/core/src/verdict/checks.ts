import { MANAGEMENT_BRAND } from "../key/brand.ts";
import {
  appAllowed,
  ipAllowed,
  originAllowed,
  routeAllowed,
  withinTimeWindow,
} from "../restriction/restrictions.ts";
import { meetsRequirement } from "../scope/scope.ts";
import { formatInstant } from "../time.ts";
import { isProved } from "../token/confirmation.ts";
import type { RequestContext } from "../restriction/restrictions.ts";
import type { ScopeRequirement } from "../scope/scope.ts";
import type { Instant } from "../time.ts";
import type { DenialCode } from "./codes.ts";
import type { DecisionRequest } from "./request.ts";
import type { KeySnapshot } from "./snapshot.ts";

export interface Check {
  /** The code that the verdict carries when this check is the first to fail. */
  readonly code: DenialCode;
  passes(key: KeySnapshot, request: DecisionRequest, now: Instant): boolean;
  /** One sentence for a person: what was compared with what. Never a secret. */
  describe(key: KeySnapshot, request: DecisionRequest, now: Instant): string;
}

/** What a request without context says of itself. */
export const NO_CONTEXT: RequestContext = {};

export function isNotRevoked(key: KeySnapshot): boolean {
  return key.state !== "revoked";
}

export function isNotDisabled(key: KeySnapshot): boolean {
  return key.state !== "disabled" && !key.ownerDisabled;
}

/** Dead in the very millisecond in which it expires, as RFC 7519 §4.1.4 reads "exp". */
export function hasNotEnded(key: KeySnapshot, now: Instant): boolean {
  return now < endOf(key);
}

export function hasBegun(key: KeySnapshot, now: Instant): boolean {
  if (key.state === "pending") return false;
  return key.secretNotBefore === undefined || now >= key.secretNotBefore;
}

/** RFC 9449 §7, RFC 8705 §3: a bound token without its proof may be anybody's, and one that is sent as bound must be it. */
export function isProvedToBeOwn(key: KeySnapshot, request: DecisionRequest): boolean {
  if (request.proof?.refused === true) return false;
  const confirmation = key.token?.confirmation ?? null;
  return confirmation === null || isProved(confirmation, request.proof);
}

export function isOfEnvironment(key: KeySnapshot, request: DecisionRequest): boolean {
  return request.environment === undefined || request.environment === key.environment;
}

/** Who names no api takes the keys of any, but never a management key by accident (T40). */
export function isOfApi(key: KeySnapshot, request: DecisionRequest): boolean {
  if (request.api === undefined) return key.apiPrefix !== MANAGEMENT_BRAND;
  return request.api === key.apiPrefix || request.api === key.apiId;
}

export function hasScopes(key: KeySnapshot, request: DecisionRequest): boolean {
  return request.scopes === undefined || meetsRequirement(key.grants, request.scopes);
}

/** Tokens are short-lived and meant for pages, too. Browsers alone send Origin. Who lists the sites a key works from has said that it is meant for them (T36). */
export function isNotSecretInBrowser(key: KeySnapshot, request: DecisionRequest): boolean {
  return (
    key.kind === "publishable" ||
    key.kind === "access_token" ||
    request.context?.origin === undefined ||
    key.restrictions?.origins !== undefined
  );
}

/**
 * Every check on a key whose secret matched, in the order of spec/verdict.md §3. The first failure wins, because a
 * caller can act on one reason only; reordering them changes what existing clients see.
 */
export const CHECKS: readonly Check[] = [
  {
    code: "revoked",
    passes: isNotRevoked,
    describe: (key) => `the key is ${key.state}`,
  },
  {
    code: "disabled",
    passes: isNotDisabled,
    describe: (key) => (key.ownerDisabled ? "the owner is disabled" : `the key is ${key.state}`),
  },
  {
    code: "expired",
    passes: (key, _request, now) => hasNotEnded(key, now),
    describe: (key, _request, now) => `${describeEnd(key)}; it is ${formatInstant(now)}`,
  },
  {
    code: "not_yet_valid",
    passes: (key, _request, now) => hasBegun(key, now),
    describe: (key, _request, now) =>
      key.state === "pending"
        ? "the key waits for an approval"
        : key.secretNotBefore === undefined
          ? "the secret has no start"
          : `the secret starts at ${formatInstant(key.secretNotBefore)}; it is ${formatInstant(now)}`,
  },
  {
    code: "proof_required",
    passes: isProvedToBeOwn,
    describe: (key, request) =>
      (key.token?.confirmation ?? null) === null && request.proof?.refused !== true
        ? "nothing has to be proved"
        : `what it is bound to has to be proved; the request ${describeProof(request)}`,
  },
  {
    code: "wrong_environment",
    passes: isOfEnvironment,
    describe: (key, request) =>
      `the key is ${key.environment}; the request asks for ${request.environment ?? "either"}`,
  },
  {
    code: "wrong_api",
    passes: isOfApi,
    describe: (key, request) =>
      `the key is for ${key.apiPrefix}; the request asks for ${request.api ?? "any protected api"}`,
  },
  {
    code: "insufficient_scope",
    passes: hasScopes,
    describe: (key, request) =>
      `the key has ${list(key.grants.grants)}; the request needs ${describeRequirement(request.scopes)}`,
  },
  {
    code: "ip_not_allowed",
    passes: (key, request) =>
      key.restrictions === undefined || ipAllowed(key.restrictions, request.context ?? NO_CONTEXT),
    describe: (_key, request) =>
      `the request came from ${request.context?.ip ?? "an unknown address"}`,
  },
  {
    code: "origin_not_allowed",
    passes: (key, request) =>
      key.restrictions === undefined ||
      originAllowed(key.restrictions, request.context ?? NO_CONTEXT),
    describe: (_key, request) =>
      `the origin is ${request.context?.origin ?? "not given"}, the referrer ${request.context?.referrer ?? "not given"}`,
  },
  {
    code: "route_not_allowed",
    passes: (key, request) =>
      key.restrictions === undefined ||
      routeAllowed(key.restrictions, request.context ?? NO_CONTEXT),
    describe: (_key, request) =>
      `the request is ${request.context?.method ?? "an unknown method"} ${request.context?.path ?? "on an unknown path"}`,
  },
  {
    code: "outside_time_window",
    passes: (key, _request, now) =>
      key.restrictions === undefined || withinTimeWindow(key.restrictions, now),
    describe: (_key, _request, now) => `it is ${formatInstant(now)}`,
  },
  {
    code: "app_not_allowed",
    passes: (key, request) =>
      key.restrictions === undefined || appAllowed(key.restrictions, request.context ?? NO_CONTEXT),
    describe: (_key, { context }) =>
      `the app is ${context?.android_package ?? context?.ios_bundle ?? "not given"}`,
  },
  {
    code: "secret_key_in_browser",
    passes: isNotSecretInBrowser,
    describe: (key, request) =>
      `the key is ${key.kind}; the request ${request.context?.origin === undefined ? "does not come" : "comes"} from a browser`,
  },
];

/** The earlier of the key's end and that of the presented secret; a rotation never outlives its key (T15). */
function endOf(key: KeySnapshot): number {
  return Math.min(key.expiresAt ?? Infinity, key.secretExpiresAt ?? Infinity);
}

function describeEnd(key: KeySnapshot): string {
  const end = endOf(key);
  return end === Infinity ? "the key has no end" : `it ends at ${formatInstant(end as Instant)}`;
}

function describeProof({ proof }: DecisionRequest): string {
  if (proof?.refused === true) return "has a proof that is not good for it";
  return proof === undefined ? "proves nothing" : "has a proof";
}

function describeRequirement(requirement: ScopeRequirement | undefined): string {
  if (requirement === undefined) return "none";
  return "all" in requirement
    ? `all of ${list(requirement.all)}`
    : `any of ${list(requirement.any)}`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}
