import type { FailureCode } from "@keyward/core/failure/failures";
import type { z } from "zod";
import type { FEED_PERMISSION, Permission } from "./permissions.ts";

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
  /** `decide` is answered from memory and never touches storage; `feed` is for verifiers, and may go on for long. */
  readonly effect: "decide" | "read" | "write" | "feed";
  readonly summary: string;
  readonly description?: string;
  /** What the management key must be granted. */
  readonly permission: Permission | typeof FEED_PERMISSION;
  /** Offered in the operator's workspace only. */
  readonly operatorOnly?: true;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  /** `undefined`: the operation takes no body, and refuses one. */
  readonly body: z.ZodType | undefined;
  /** The body may be left out altogether; that counts as `{}`. */
  readonly bodyOptional?: true;
  readonly status: 200 | 201 | 204;
  readonly response: z.ZodType | undefined;
  /** The answer is a stream of this media type. */
  readonly streams?: string;
  /** The response holds a secret: it is shown once, and kept for a repeat only sealed and briefly (T14). */
  readonly reveals?: true;
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
  "ambiguous_credentials",
  "unauthenticated",
  "insufficient_permission",
  "management_key_restricted",
  "internal",
  "unavailable",
] as const satisfies readonly FailureCode[];

/** What any operation that takes a body may answer with. */
export const BODY_FAILURES = [
  "invalid_json",
  "body_too_large",
  "unsupported_media_type",
] as const satisfies readonly FailureCode[];

/** What any operation that writes may answer with. */
export const WRITE_FAILURES = ["storage_full"] as const satisfies readonly FailureCode[];
