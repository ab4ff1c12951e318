/** One thing that is wrong with what was sent. */
export interface FieldProblem {
  /** RFC 6901, into the body: `/scopes/0`; or `query/limit`, `path/key`, `header/if-match`. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly type: string | undefined;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: readonly FieldProblem[];
}

/** Keyward answered, and refused: an RFC 9457 problem. To repeat the call unchanged would change nothing. */
export class KeywardError extends Error implements Problem {
  override readonly name = "KeywardError";
  readonly status: number;
  /** Stable; what a program may branch on. */
  readonly code: string;
  readonly title: string;
  /** A link to what the code means. */
  readonly type: string | undefined;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: readonly FieldProblem[];

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.type = problem.type;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.errors = problem.errors;
  }
}

/**
 * - `network`: no connection, or it broke
 * - `timeout`: no answer in time
 * - `busy`: Keyward, or what stands before it, says that it cannot answer now (502, 503, 504)
 * - `unrecognised`: something answered, but not as Keyward does
 */
export type UnavailableReason = "network" | "timeout" | "busy" | "unrecognised";

export interface UnavailableOptions {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
}

/**
 * There is no answer: neither success nor refusal, and never a verdict. A write may or may not have happened; with the same
 * `idempotencyKey` it is safe to repeat.
 */
export class KeywardUnavailable extends Error {
  override readonly name = "KeywardUnavailable";
  readonly reason: UnavailableReason;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly idempotencyKey: string | undefined;

  constructor(reason: UnavailableReason, message: string, options: UnavailableOptions = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.status = options.status;
    this.requestId = options.requestId;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.idempotencyKey = options.idempotencyKey;
  }
}
