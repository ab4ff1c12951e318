// Refusals as RFC 9457 problems with the headers that HTTP asks for, whoever then sends them.
import { DENIALS } from "../verdict/codes.ts";
import type { DenialCode } from "../verdict/codes.ts";
import type { LimitState } from "../limit/limit-report.ts";
import { challengeFor } from "./challenge.ts";
import type { ChallengeOptions } from "./challenge.ts";
import { rateLimitFields } from "./rate-limit-fields.ts";

/** A complete answer, but for the way in which a framework or a gateway sends it. */
export interface Refusal {
  readonly outcome: "refused";
  /** 400 to 499, and 503 for an outage. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The problem as JSON text. */
  readonly body: string;
}

export interface Denial {
  readonly code: DenialCode;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly missing_scopes?: readonly string[] | undefined;
  /** Seconds, with 429. */
  readonly retry_after?: number | undefined;
  /** What the limits of the key say, where it has any. */
  readonly limits?: readonly LimitState[] | undefined;
}

const RETRY_AFTER_SECONDS_DEFAULT = 1;
const RETRY_AFTER_SECONDS_MAX = 60;

export function denialRefusal(
  { code, status, detail, missing_scopes, retry_after, limits = [] }: Denial,
  challenge: ChallengeOptions,
): Refusal {
  // A newer server may deny with a code that this version does not know.
  const title = Object.hasOwn(DENIALS, code) ? DENIALS[code].title : "The key is not accepted";
  const challenged = status === 401 || code === "insufficient_scope";
  return problemRefusal(
    { title, status, code, detail, missing_scopes },
    {
      ...(challenged && { "www-authenticate": challengeFor(code, challenge) }),
      ...Object.fromEntries(rateLimitFields(limits)),
      ...(isSeconds(retry_after) && { "retry-after": String(Math.ceil(retry_after)) }),
    },
  );
}

/** An outage: neither the key's fault nor the caller's. Nothing of the error is shown. */
export function unavailableRefusal(error: unknown): Refusal {
  const title = "Keys cannot be checked now";
  const retryAfter = { "retry-after": String(retryAfterSecondsOf(error)) };
  return problemRefusal({ title, status: 503, code: "unavailable" }, retryAfter);
}

function retryAfterSecondsOf(error: unknown): number {
  try {
    const { retryAfterSeconds } = error as { readonly retryAfterSeconds?: unknown };
    if (isSeconds(retryAfterSeconds)) {
      return Math.min(Math.ceil(retryAfterSeconds), RETRY_AFTER_SECONDS_MAX);
    }
  } catch {
    // Whatever was thrown, what it says of itself is a courtesy.
  }
  return RETRY_AFTER_SECONDS_DEFAULT;
}

function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** The answer that carries the problem `body`, under the status that stands in it. */
export function problemRefusal(
  body: { readonly status: number; readonly [name: string]: unknown },
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return {
    outcome: "refused",
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
