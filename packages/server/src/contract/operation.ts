import type { FailureCode } from "@keyward/core/failure/failures";
import type { z } from "zod";
import type { Needed } from "./permissions.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * One operation of the HTTP API, as data. Router, validation, OpenAPI, client, reference and the authorisation tests are
 * derived from it, so a fact about an operation has one home. `permission` is mandatory: what names none does not compile.
 */
export interface Operation {
  readonly method: Method;
  /** Absolute, with `{name}` for each of `params`. */
  readonly path: `/v1/${string}`;
  readonly tag: string;
  /**
   * `decide` is answered from memory and never touches storage; `feed` is for verifiers, and may go on for long;
   * `report` tells of a credential that leaked, and asks for none; `limit` is answered by whoever counts limits.
   * `sign_in` begins or ends the session of a browser, and is for whoever has none yet; those of the portal are for its
   * visitors alone, and `portal_open` makes one.
   */
  readonly effect:
    | "decide"
    | "read"
    | "write"
    | "feed"
    | "report"
    | "limit"
    | "sign_in"
    | "portal_open"
    | "portal_read"
    | "portal_write";
  readonly summary: string;
  readonly description?: string;
  /** What the caller must be granted. */
  readonly permission: Needed;
  /** Offered in the operator's workspace only. */
  readonly operatorOnly?: true;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  /** `undefined`: the operation takes no body, and refuses one. */
  readonly body: z.ZodType | undefined;
  /** The body may be left out altogether; that counts as `{}`. */
  readonly bodyOptional?: true;
  readonly status: 200 | 201 | 204 | 303;
  readonly response: z.ZodType | undefined;
  /** The answer is a stream of this media type. */
  readonly streams?: string;
  /** Members of the answer whose entries are rows, the first that is there: it can be had as CSV or NDJSON, too. */
  readonly rows?: readonly string[];
  /** The response holds a secret: it is shown once, and kept for a repeat only sealed and briefly (T14). */
  readonly reveals?: true;
  /** Not for programs of ours: a browser is sent there, or an OpenID Provider calls. */
  readonly clientless?: true;
  /** Takes `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Takes `If-Match`. */
  readonly conditional?: true;
  /** What can go wrong beyond what every operation shares. */
  readonly failures: readonly FailureCode[];
}

/** Keeps the exact types of a definition, which {@link Operation} alone would widen. */
export function operation<const Definition extends Operation>(definition: Definition): Definition {
  return definition;
}

/** What any operation may answer with. */
export const SHARED_FAILURES = [
  "invalid_request",
  "invalid_header",
  "cross_site_request",
  "internal",
  "unavailable",
] as const satisfies readonly FailureCode[];

/** What any operation that is not for everybody may answer with. */
export const CALLER_FAILURES = [
  "ambiguous_credentials",
  "unauthenticated",
  "insufficient_permission",
  "management_key_restricted",
] as const satisfies readonly FailureCode[];

/** What any operation for visitors of the portal may answer with. */
export const PORTAL_FAILURES = [
  "ambiguous_credentials",
  "portal_session_ended",
] as const satisfies readonly FailureCode[];

/** What any operation that takes a body may answer with. */
export const BODY_FAILURES = [
  "invalid_json",
  "body_too_large",
  "unsupported_media_type",
] as const satisfies readonly FailureCode[];

/** What any operation that writes may answer with. */
export const WRITE_FAILURES = ["storage_full"] as const satisfies readonly FailureCode[];
