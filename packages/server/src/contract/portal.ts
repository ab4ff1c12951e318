// The portal: where a producer's own customers look after their keys. A session of it is of one owner, api and environment,
// and is opened by the producer's backend.
import { z } from "zod";
import {
  OVERLAP_SECONDS_DEFAULT,
  OVERLAP_SECONDS_MAX,
  PORTAL_KEYS_DEFAULT,
  PORTAL_KEYS_MAX,
  PORTAL_ORIGINS_MAX,
  PORTAL_SESSION_SECONDS_DEFAULT,
  PORTAL_SESSION_SECONDS_MAX,
  PORTAL_SESSION_SECONDS_MIN,
  PORTAL_USAGE_DAYS_DEFAULT,
  PORTAL_USAGE_DAYS_MAX,
} from "./limits.ts";
import { planReference } from "./limit-schemas.ts";
import { operation } from "./operation.ts";
import { ANYONE, PORTAL_VISITOR } from "./permissions.ts";
import {
  actions,
  issuedPortalKeyResource,
  PORTAL_ACTIONS,
  portalKeyResource,
  portalSessionResource,
  portalUsageResource,
} from "./portal-resources.ts";
import {
  environment,
  idParam,
  instantInput,
  instantOutput,
  keylessText,
  listOf,
  name,
  noParams,
  noQuery,
  originPatterns,
  pageQuery,
  reference,
  scopeGrants,
  networkPatterns,
  refuseRestrictions,
  countText,
} from "./schemas.ts";

const tag = "Portal";
const params = z.strictObject({ key: idParam("key") });

/** An origin as a browser names it (RFC 6454 §6.2): nothing that could be more than one source in a policy. */
const origin = keylessText(255).refine(
  isOrigin,
  "must be an origin such as https://app.example.com",
);

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.origin !== value) return false;
  return url.protocol === "https:" || url.protocol === "http:";
}

const returnUrl = keylessText(512).refine(isPageUrl, "must be the URL of a page of yours");

function isPageUrl(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return false;
  return url.username === "" && url.password === "";
}

/**
 * Where a key works, as far as a customer says it: an empty list takes the restriction away. Whatever else the producer has
 * set stays.
 */
const restrictions = z
  .strictObject({ ips: networkPatterns, origins: originPatterns })
  .superRefine((value, context) => {
    const given = Object.entries(value).filter(([, list]) => list.length > 0);
    refuseRestrictions(Object.fromEntries(given), context);
  });

const visitor = {
  tag,
  permission: PORTAL_VISITOR,
  query: noQuery,
  failures: ["portal_action_not_allowed", "not_found"],
} as const;

export const portalOperations = {
  "portal.sessions.create": operation({
    method: "POST",
    path: "/v1/portal/sessions",
    tag,
    effect: "write",
    summary: "Open the portal for an owner",
    description:
      "For your backend, when a customer of yours wants to see their keys. The answer has an address that opens the portal once, within a minute: send the browser there, or hand it to `<keyward-portal>`. An unknown owner is created.",
    permission: "portal:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      api: reference,
      owner: reference,
      environment: environment.default("live"),
      actions: actions.default([...PORTAL_ACTIONS]).meta({
        description: "What the customer may do with their keys, beyond seeing them",
      }),
      scopes: scopeGrants.default([]).meta({
        description: "At most what a customer can grant a key; none if left out",
      }),
      plan: planReference.meta({ description: "Of the keys that are made there" }),
      keys_max: z.number().int().min(1).max(PORTAL_KEYS_MAX).default(PORTAL_KEYS_DEFAULT).meta({
        description: "How many keys that are not revoked the owner may come to have there",
      }),
      origins: z.array(origin).max(PORTAL_ORIGINS_MAX).default([]).meta({
        description: "Sites that may show the portal within their own pages; none if left out",
      }),
      return_url: returnUrl.nullable().default(null).meta({
        description: "The page of yours that leads here, for when the session is over",
      }),
      lifetime_seconds: z
        .number()
        .int()
        .min(PORTAL_SESSION_SECONDS_MIN)
        .max(PORTAL_SESSION_SECONDS_MAX)
        .default(PORTAL_SESSION_SECONDS_DEFAULT),
    }),
    status: 201,
    response: z
      .strictObject({
        id: z.string(),
        url: z.string().meta({ description: "Opens the portal, once" }),
        url_expires_at: instantOutput,
        expires_at: instantOutput,
      })
      .meta({ id: "OpenedPortal" }),
    failures: ["not_found", "owner_disabled", "built_in"],
  }),
  "portal.sessions.end": operation({
    method: "POST",
    path: "/v1/portal/sessions/end",
    tag,
    effect: "write",
    summary: "End a session of the portal",
    description: "It is refused from now on. What was done in it stays.",
    permission: "portal:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      session: idParam("session"),
      owner: reference.meta({ description: "For whom it was opened" }),
    }),
    status: 204,
    response: undefined,
    failures: ["not_found"],
  }),
  "portal.exchange": operation({
    method: "POST",
    path: "/v1/portal/exchange",
    tag,
    effect: "portal_open",
    summary: "Turn the code of a portal's address into a session",
    description: "For the page that the address opens. The code is used up by it.",
    permission: ANYONE,
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      code: z
        .string()
        .min(1)
        .max(4096)
        .meta({ description: "What follows `code=` in the address" }),
    }),
    status: 200,
    response: z
      .strictObject({
        token: z.string().meta({ description: "Sent as `Authorization: Bearer`" }),
        expires_at: instantOutput,
      })
      .meta({ id: "PortalToken" }),
    failures: ["invalid_portal_code", "storage_full"],
  }),
  "portal.session": operation({
    ...visitor,
    method: "GET",
    path: "/v1/portal/session",
    effect: "portal_read",
    summary: "See what a session of the portal is for",
    params: noParams,
    body: undefined,
    status: 200,
    response: portalSessionResource,
    failures: [],
  }),
  "portal.keys.list": operation({
    ...visitor,
    method: "GET",
    path: "/v1/portal/keys",
    effect: "portal_read",
    summary: "List one's own keys",
    params: noParams,
    query: z.strictObject(pageQuery),
    body: undefined,
    status: 200,
    response: listOf(portalKeyResource),
    failures: ["invalid_cursor"],
  }),
  "portal.keys.create": operation({
    ...visitor,
    method: "POST",
    path: "/v1/portal/keys",
    effect: "portal_write",
    summary: "Make a key of one's own",
    params: noParams,
    body: z.strictObject({
      name,
      scopes: scopeGrants.default([]),
      restrictions: restrictions.exactOptional(),
      expires_at: instantInput.nullable().exactOptional(),
    }),
    status: 201,
    response: issuedPortalKeyResource,
    reveals: true,
    failures: [
      "portal_action_not_allowed",
      "exceeds_own_permissions",
      "policy_violation",
      "too_many",
    ],
  }),
  "portal.keys.update": operation({
    ...visitor,
    method: "PATCH",
    path: "/v1/portal/keys/{key}",
    effect: "portal_write",
    summary: "Restrict a key of one's own, or name it otherwise",
    description:
      "A key can keep the scopes that it has, lose some, and gain what the session offers.",
    params,
    body: z.strictObject({
      name: name.exactOptional(),
      scopes: scopeGrants.exactOptional(),
      restrictions: restrictions.exactOptional(),
    }),
    status: 200,
    response: portalKeyResource,
    failures: [...visitor.failures, "exceeds_own_permissions", "policy_violation", "key_revoked"],
  }),
  "portal.keys.rotate": operation({
    ...visitor,
    method: "POST",
    path: "/v1/portal/keys/{key}/rotate",
    effect: "portal_write",
    summary: "Give a key of one's own a new secret, with an overlap",
    params,
    body: z.strictObject({
      overlap_seconds: z
        .number()
        .int()
        .min(0)
        .max(OVERLAP_SECONDS_MAX)
        .default(OVERLAP_SECONDS_DEFAULT),
      force: z.boolean().default(false),
    }),
    bodyOptional: true,
    status: 200,
    response: issuedPortalKeyResource,
    reveals: true,
    failures: [
      ...visitor.failures,
      "policy_violation",
      "key_revoked",
      "key_expired",
      "rotation_in_progress",
      "too_many_secrets",
    ],
  }),
  "portal.keys.revoke": operation({
    ...visitor,
    method: "POST",
    path: "/v1/portal/keys/{key}/revoke",
    effect: "portal_write",
    summary: "Refuse a key of one's own for ever",
    params,
    body: undefined,
    status: 200,
    response: portalKeyResource,
  }),
  "portal.usage": operation({
    ...visitor,
    method: "GET",
    path: "/v1/portal/usage",
    effect: "portal_read",
    summary: "See what one's own keys were used for, day by day",
    params: noParams,
    query: z.strictObject({
      key: idParam("key").exactOptional(),
      days: countText(PORTAL_USAGE_DAYS_MAX).default(PORTAL_USAGE_DAYS_DEFAULT),
    }),
    body: undefined,
    status: 200,
    response: portalUsageResource,
    failures: ["not_found"],
  }),
};
