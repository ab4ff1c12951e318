// The only place where a failure becomes a status and a body (RFC 9457).
import { FAILURES, OperationError } from "@keyward/core/failure/failures";
import type { FailureCode, FailureKind, Problem } from "@keyward/core/failure/failures";
import { Undecidable } from "@keyward/core/failure/undecidable";
import { redactKeys } from "@keyward/core/key/format";
import { HttpFailure } from "./http-failure.ts";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The one table of statuses. */
export const STATUS_OF_KIND = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media: 415,
  unprocessable: 422,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
} as const satisfies Record<FailureKind, number>;

/** What is refused while the request is still being read, before there is an operation that could fail. */
export const TRANSPORT_FAILURES = {
  malformed_request: { status: 400, title: "That is not a well-formed HTTP request" },
  request_timeout: { status: 408, title: "The request did not arrive in time" },
  expectation_failed: { status: 417, title: "The header expect asks for what is not offered" },
  headers_too_large: { status: 431, title: "The headers of the request are too large" },
} as const;

export type TransportFailureCode = keyof typeof TRANSPORT_FAILURES;
export type ProblemCode = FailureCode | TransportFailureCode;

/** The body of every answer that is an error. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly Problem[];
}

export interface ProblemOptions {
  readonly requestId: string;
  /** Links are made of this and never of a `Host` header (T67); without it they are relative to the server. */
  readonly publicUrl?: string | undefined;
  /** The title again when left out. */
  readonly detail?: string;
  readonly problems?: readonly Problem[];
}

export function problemOf(code: ProblemCode, options: ProblemOptions): ProblemDocument {
  const { status, title } = describeProblem(code);
  const { requestId, detail = title, problems = [] } = options;
  return {
    type: `${options.publicUrl ?? ""}/docs/errors#${code}`,
    title,
    status,
    code,
    detail: redactKeys(detail),
    request_id: requestId,
    ...(problems.length > 0 && { errors: problems.map(withoutKeys) }),
  };
}

export interface ProblemAnswer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: ProblemDocument;
}

/**
 * Renders whatever was thrown. Of what {@link failureOf} does not know nothing is told: it is a defect, and its text was
 * meant for the log.
 */
export function problemAnswer(
  error: unknown,
  options: Pick<ProblemOptions, "requestId" | "publicUrl">,
): ProblemAnswer {
  const failure = failureOf(error) ?? new OperationError("internal");
  const { code, kind, message, problems } = failure;
  return {
    headers: {
      "content-type": PROBLEM_MEDIA_TYPE,
      ...(kind === "unavailable" || kind === "storage_full" ? { "retry-after": "1" } : {}),
      ...(failure instanceof HttpFailure ? failure.headers : {}),
    },
    problem: problemOf(code, {
      ...options,
      problems,
      ...(kind !== "internal" && { detail: message }),
    }),
  };
}

/** What was thrown, as a failure that may be told of; `undefined` for a defect. */
export function failureOf(error: unknown): OperationError | undefined {
  if (error instanceof OperationError) return error;
  if (!(error instanceof Undecidable)) return undefined;
  return new OperationError("unavailable", { detail: error.message, cause: error });
}

/**
 * Whether something has failed that should not have, and belongs into the log with its stack. A refusal for want of room
 * has no cause, and whoever fills a share could write the log full with it (T59).
 */
export function isFailure(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure === undefined) return true;
  if (failure.kind === "unavailable") return failure.cause !== undefined;
  return STATUS_OF_KIND[failure.kind] >= 500;
}

/** Status and title of a code, as the documentation lists them. */
export function describeProblem(code: ProblemCode): {
  readonly status: number;
  readonly title: string;
} {
  if (isTransportFailure(code)) return TRANSPORT_FAILURES[code];
  const { kind, title } = FAILURES[code];
  return { status: STATUS_OF_KIND[kind], title };
}

function isTransportFailure(code: ProblemCode): code is TransportFailureCode {
  return Object.hasOwn(TRANSPORT_FAILURES, code);
}

/** A name that a caller made up may be a key that was pasted into the wrong place (T29). */
function withoutKeys({ pointer, code, detail }: Problem): Problem {
  return { pointer: redactKeys(pointer), code, detail: redactKeys(detail) };
}
