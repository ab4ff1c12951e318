// The one table of what can go wrong with an operation. HTTP statuses and exit codes are derived from `kind`.

export type FailureKind =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "precondition_failed"
  | "too_large"
  | "unsupported_media"
  | "unprocessable"
  | "storage_full"
  | "internal"
  | "unavailable";

export const FAILURES = {
  invalid_request: { kind: "invalid", title: "The request is not valid" },
  invalid_json: { kind: "invalid", title: "The body is not acceptable JSON" },
  invalid_cursor: { kind: "invalid", title: "The cursor does not belong to this list" },
  invalid_header: { kind: "invalid", title: "A header of the request is not acceptable" },
  ambiguous_credentials: { kind: "invalid", title: "The request carries more than one credential" },
  reserved_header: {
    kind: "invalid",
    title: "The request carries a header that only Keyward may set",
  },
  invalid_sign_in_link: { kind: "invalid", title: "The link is used up, has ended, or is none" },
  invalid_portal_code: { kind: "invalid", title: "The portal's address is used up, or has ended" },
  unauthenticated: { kind: "unauthenticated", title: "A management key is needed" },
  portal_session_ended: { kind: "unauthenticated", title: "The session of the portal is over" },
  insufficient_permission: { kind: "forbidden", title: "The caller lacks the permission" },
  management_key_restricted: {
    kind: "forbidden",
    title: "The management key does not work for this request",
  },
  exceeds_own_permissions: { kind: "forbidden", title: "A key cannot grant more than it has" },
  reauth_required: { kind: "forbidden", title: "Sign in again to do that" },
  not_a_member: { kind: "forbidden", title: "Nobody here has that identity" },
  sign_in_failed: { kind: "forbidden", title: "The OpenID Provider did not vouch for anybody" },
  user_gone: { kind: "forbidden", title: "The OpenID Provider no longer knows the user" },
  cross_site_request: { kind: "forbidden", title: "The request does not come from our own pages" },
  insecure_transport: { kind: "forbidden", title: "Signing in needs https" },
  policy_violation: { kind: "forbidden", title: "A policy of the workspace does not allow that" },
  portal_action_not_allowed: { kind: "forbidden", title: "The portal does not offer that" },
  own_member: { kind: "forbidden", title: "Members cannot do that to themselves" },
  members_only: { kind: "forbidden", title: "Only a member in a browser can do that" },
  own_key: { kind: "forbidden", title: "A key cannot change itself" },
  operator_only: { kind: "forbidden", title: "Only the operator's workspace can do that" },
  built_in: { kind: "forbidden", title: "The built-in api cannot be changed" },
  not_found: { kind: "not_found", title: "There is no such thing" },
  method_not_allowed: { kind: "method_not_allowed", title: "The method is not offered here" },
  prefix_taken: { kind: "conflict", title: "That prefix is taken" },
  name_taken: { kind: "conflict", title: "That name is taken" },
  external_id_taken: { kind: "conflict", title: "That external id is taken" },
  email_taken: { kind: "conflict", title: "Another member has that email address" },
  digest_taken: {
    kind: "conflict",
    title: "One of the digests opens a key that is none of this workspace",
  },
  member_disabled: { kind: "conflict", title: "The member is disabled" },
  policy_applying: { kind: "conflict", title: "The policy is being applied" },
  webhook_disabled: { kind: "conflict", title: "The endpoint is disabled" },
  last_owner: { kind: "conflict", title: "A workspace keeps at least one owner" },
  in_use: { kind: "conflict", title: "It is still in use" },
  key_revoked: { kind: "conflict", title: "The key has been revoked" },
  key_expired: { kind: "conflict", title: "The key has expired" },
  owner_disabled: { kind: "conflict", title: "The key's owner is disabled" },
  key_not_revoked: { kind: "conflict", title: "Only a revoked key can be deleted" },
  key_not_pending: { kind: "conflict", title: "The token does not wait for an approval" },
  client_revoked: { kind: "conflict", title: "The client has been revoked" },
  client_not_revoked: { kind: "conflict", title: "Only a revoked client can be deleted" },
  rotation_in_progress: { kind: "conflict", title: "An earlier rotation still overlaps" },
  last_secret: { kind: "conflict", title: "A key keeps at least one secret" },
  too_many_secrets: { kind: "conflict", title: "The key has as many secrets as it may have" },
  resync_required: {
    kind: "conflict",
    title: "The changes since then are no longer kept",
  },
  charge_settled: { kind: "conflict", title: "The charge has been settled otherwise" },
  cost_exceeds_charge: { kind: "conflict", title: "The cost is more than was reserved" },
  sequence_ahead: {
    kind: "conflict",
    title: "Too many batches before this one are missing",
  },
  unexpected_count: { kind: "conflict", title: "It would be another number of keys" },
  too_many: { kind: "conflict", title: "The workspace has as many as it may have" },
  secret_already_delivered: {
    kind: "conflict",
    title: "The secret was delivered and cannot be shown again",
  },
  idempotency_key_reused: {
    kind: "unprocessable",
    title: "The Idempotency-Key belongs to another request",
  },
  precondition_failed: { kind: "precondition_failed", title: "It has changed since you read it" },
  body_too_large: { kind: "too_large", title: "The body is too large" },
  unsupported_media_type: { kind: "unsupported_media", title: "The body must be application/json" },
  storage_full: { kind: "storage_full", title: "The disk is full" },
  unavailable: { kind: "unavailable", title: "Keyward cannot answer now" },
  internal: { kind: "internal", title: "Keyward failed" },
} as const satisfies Record<string, { kind: FailureKind; title: string }>;

export type FailureCode = keyof typeof FAILURES;

/** One thing that is wrong with the input. */
export interface Problem {
  /** RFC 6901, into the body: `/scopes/0`; or `query/limit`, `path/key`, `header/if-match`. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface FailureOptions {
  readonly detail?: string;
  readonly problems?: readonly Problem[];
  /** For logs only; never shown. */
  readonly cause?: unknown;
}

/** Thrown by operations. Only the HTTP edge turns it into a status, and only the command line into an exit code. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly code: FailureCode;
  readonly problems: readonly Problem[];

  constructor(code: FailureCode, options: FailureOptions = {}) {
    super(options.detail ?? FAILURES[code].title, { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
  }

  get kind(): FailureKind {
    return FAILURES[this.code].kind;
  }
}
