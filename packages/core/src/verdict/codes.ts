// The one table of verdict codes: what each means, and the HTTP status that a gateway or middleware answers with.

export const DENIALS = {
  missing_credential: { status: 401, title: "The request carries no key" },
  ambiguous_credentials: { status: 400, title: "The request carries more than one key" },
  malformed: { status: 401, title: "That is not a key" },
  unknown: { status: 401, title: "There is no such key" },
  revoked: { status: 401, title: "The key has been revoked" },
  disabled: { status: 401, title: "The key is disabled" },
  expired: { status: 401, title: "The key has expired" },
  not_yet_valid: { status: 401, title: "The key is not valid yet" },
  proof_required: { status: 401, title: "The token lacks the proof that it is bound to" },
  wrong_environment: { status: 403, title: "The key belongs to the other environment" },
  wrong_api: { status: 403, title: "The key belongs to another API" },
  insufficient_scope: { status: 403, title: "The key lacks a scope that the request needs" },
  ip_not_allowed: { status: 403, title: "The key does not work from this address" },
  origin_not_allowed: { status: 403, title: "The key does not work from this site" },
  route_not_allowed: { status: 403, title: "The key does not work for this method and path" },
  outside_time_window: { status: 403, title: "The key does not work at this time" },
  app_not_allowed: { status: 403, title: "The key does not work from this app" },
  secret_key_in_browser: { status: 403, title: "A secret key was sent from a browser" },
  rate_limited: { status: 429, title: "Too many requests" },
  quota_exceeded: { status: 429, title: "The quota of this period is used up" },
  credits_exhausted: { status: 402, title: "The credits are used up" },
  cost_exceeds_limit: { status: 400, title: "The request costs more than a limit ever allows" },
  too_many_in_flight: { status: 429, title: "Too many requests at the same time" },
} as const;

export type DenialCode = keyof typeof DENIALS;
export type VerdictCode = "allowed" | DenialCode;
export type DenialStatus = (typeof DENIALS)[DenialCode]["status"];
