import { appAllowed } from "../restriction/restrictions.ts";
import { ipAllowed } from "../restriction/restrictions.ts";
import { originAllowed } from "../restriction/restrictions.ts";
import { routeAllowed } from "../restriction/restrictions.ts";
import { withinTimeWindow } from "../restriction/restrictions.ts";
import { meetsRequirement } from "../scope/scope.ts";
import { formatInstant } from "../time.ts";
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

const NO_CONTEXT: RequestContext = {};

/**
 * Every check on a key whose secret matched, in the order of spec/verdict.md §3. The first failure wins, because a
 * caller can act on one reason only; reordering them changes what existing clients see.
 */
export const CHECKS: readonly Check[] = [
  {
    code: "revoked",
    passes: (key) => key.state !== "revoked",
    describe: (key) => `the key is ${key.state}`,
  },
  {
    code: "disabled",
    passes: (key) => key.state !== "disabled" && !key.ownerDisabled,
    describe: (key) => (key.ownerDisabled ? "the owner is disabled" : `the key is ${key.state}`),
  },
  {
    code: "expired",
    // Dead in the very millisecond in which it expires, as RFC 7519 §4.1.4 reads "exp".
    passes: (key, _request, now) => now < endOf(key),
    describe: (key, _request, now) => `${describeEnd(key)}; it is ${formatInstant(now)}`,
  },
  {
    code: "not_yet_valid",
    passes: (key, _request, now) => key.secretNotBefore === undefined || now >= key.secretNotBefore,
    describe: (key, _request, now) =>
      key.secretNotBefore === undefined
        ? "the secret has no start"
        : `the secret starts at ${formatInstant(key.secretNotBefore)}; it is ${formatInstant(now)}`,
  },
  {
    code: "wrong_environment",
    passes: (key, request) =>
      request.environment === undefined || request.environment === key.environment,
    describe: (key, request) =>
      `the key is ${key.environment}; the request asks for ${request.environment ?? "either"}`,
  },
  {
    code: "wrong_api",
    passes: (key, request) =>
      request.api === undefined || request.api === key.apiPrefix || request.api === key.apiId,
    describe: (key, request) =>
      `the key is for ${key.apiPrefix}; the request asks for ${request.api ?? "any api"}`,
  },
  {
    code: "insufficient_scope",
    passes: (key, request) =>
      request.scopes === undefined || meetsRequirement(key.grants, request.scopes),
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
    // Browsers alone send Origin. Who lists the sites a key works from has said that it is meant for them (T36).
    passes: (key, request) =>
      key.kind === "publishable" ||
      request.context?.origin === undefined ||
      key.restrictions?.origins !== undefined,
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

function describeRequirement(requirement: ScopeRequirement | undefined): string {
  if (requirement === undefined) return "none";
  return "all" in requirement
    ? `all of ${list(requirement.all)}`
    : `any of ${list(requirement.any)}`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}
