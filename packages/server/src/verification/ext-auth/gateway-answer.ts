// What a gateway is answered with: whom it may let pass, and how it refuses.
import { challengeFor } from "@keyward/core/http/challenge";
import { denialRefusal, problemRefusal, unavailableRefusal } from "@keyward/core/http/refusal";
import type { Refusal } from "@keyward/core/http/refusal";
import { describeDenial } from "@keyward/core/verdict/describe-denial";
import { rateLimitFields } from "@keyward/core/http/rate-limit-fields";
import type { LimitReport } from "@keyward/core/limit/limit-report";
import type { Allowed, Denied } from "@keyward/core/verdict/verdict";
import type { Gateway } from "./gateways.ts";
import { headerText } from "./header-text.ts";
import type { GatewayPolicy } from "./policy.ts";

export interface Answer {
  readonly status: number;
  /** Name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: string;
}

/** What no key is at fault for. */
const UNACCEPTABLE = {
  reserved_header: "The request has a header that only Keyward may set",
  ambiguous_path: "The path can be read in two ways",
} as const;

/** Always all of the headers, so that the gateway overwrites whatever a client sent in their place. */
export function allowed(
  { key, limits }: Allowed,
  { tellsAsKong }: GatewayPolicy,
  { onAllow }: Gateway,
): Answer {
  const headers = [
    "x-keyward-decision",
    "allow",
    "x-keyward-key-id",
    key.keyId,
    "x-keyward-owner",
    headerText(key.ownerExternalId),
    "x-keyward-owner-id",
    key.ownerId,
    "x-keyward-environment",
    key.environment,
    "x-keyward-scopes",
    key.grants.grants.join(" "),
    "x-keyward-api",
    key.apiPrefix,
    ...(tellsAsKong ? kongHeaders(key) : []),
    ...limitHeaders(limits),
    ...onAllow,
  ];
  return { status: 200, headers, body: "" };
}

/** Kong's names (kong/constants.lua) for what has them. Whoever is anonymous is not allowed, so nobody is said to be. */
function kongHeaders({ keyId, ownerId, ownerExternalId }: Allowed["key"]): readonly string[] {
  const owner = headerText(ownerExternalId);
  return [
    "x-consumer-id",
    ownerId,
    "x-consumer-custom-id",
    owner,
    "x-consumer-username",
    owner,
    "x-credential-identifier",
    keyId,
  ];
}

export function denied(
  verdict: Denied,
  { api, scopes, resourceMetadata }: GatewayPolicy,
  gateway: Gateway,
  scheme: "Bearer" | "DPoP",
): Answer {
  const { code, status, key, limits } = verdict;
  const needed = "all" in scopes ? scopes.all : scopes.any;
  const challenge = { realm: api, scopes: needed, resourceMetadata, scheme };
  if (gateway.passesRefusals) {
    const detail = describeDenial(code, key);
    const retry_after = limits?.retryAfterSeconds;
    const denial = { code, status, detail, retry_after, limits: limits?.states };
    return whole(denialRefusal(denial, challenge));
  }
  if (status !== 401 && code !== "insufficient_scope")
    return carried(status, code, limitHeaders(limits));
  return carried(status, code, ["www-authenticate", challengeFor(code, challenge)]);
}

/** 400 for a request that no key could make good. */
export function unacceptable(code: keyof typeof UNACCEPTABLE, { passesRefusals }: Gateway): Answer {
  if (!passesRefusals) return carried(400, code);
  return whole(problemRefusal({ title: UNACCEPTABLE[code], status: 400, code }));
}

/** Whoever asks has shown no key of a gateway, and learns nothing. Its client is not to blame (K3). */
export function unauthenticated(gateway: Gateway): Answer {
  return gateway.passesRefusals
    ? unavailable(gateway, "proxy_unauthenticated")
    : carried(401, "proxy_unauthenticated");
}

/** Never allowed, and never a bad key (K3). The code and the detail are for whoever set the gateway up. */
export function unavailable(gateway: Gateway, code: string, detail?: string): Answer {
  const { status, headers, body } = whole(unavailableRefusal(undefined));
  const told =
    detail === undefined ? [] : ["x-keyward-detail", detail.replace(/[^\x20-\x7e]/g, "?")];
  const text = gateway.passesRefusals ? body : "";
  return { status, headers: [...headers, "x-keyward-code", code, ...told], body: text };
}

/** What a client is told of its limits, on success as on refusal. */
function limitHeaders(limits: LimitReport | undefined): readonly string[] {
  const retryAfter = limits?.retryAfterSeconds;
  const wait = retryAfter === undefined ? [] : ["retry-after", String(retryAfter)];
  return [...fieldsOf(limits), ...wait];
}

function fieldsOf(limits: LimitReport | undefined): readonly string[] {
  return limits === undefined ? [] : rateLimitFields(limits.states).flat();
}

function carried(status: number, code: string, challenge: readonly string[] = []): Answer {
  const headers = [
    "x-keyward-decision",
    "deny",
    "x-keyward-code",
    code,
    "x-keyward-status",
    String(status),
    ...challenge,
  ];
  return { status: status === 401 ? 401 : 403, headers, body: "" };
}

function whole({ status, headers, body }: Refusal): Answer {
  return { status, headers: Object.entries(headers).flat(), body };
}
