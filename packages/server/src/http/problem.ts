// RFC 9457: what every failure looks like on the wire.
import { FAILURES } from "@keyward/core/failure/failures";
import type { FailureCode, FailureKind, Problem } from "@keyward/core/failure/failures";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The one table of statuses. */
export const STATUS_OF_KIND = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media: 415,
  unprocessable: 422,
  precondition_required: 428,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
} as const satisfies Record<FailureKind, number>;

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: FailureCode;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly Problem[];
}

export interface ProblemOptions {
  readonly requestId: string;
  /** The title again when left out. */
  readonly detail?: string;
  readonly problems?: readonly Problem[];
}

export function problemOf(code: FailureCode, options: ProblemOptions): ProblemDocument {
  const { kind, title } = FAILURES[code];
  const { requestId, detail = title, problems = [] } = options;
  return {
    type: `/docs/errors#${code}`,
    title,
    status: STATUS_OF_KIND[kind],
    code,
    detail,
    request_id: requestId,
    ...(problems.length > 0 && { errors: problems }),
  };
}
