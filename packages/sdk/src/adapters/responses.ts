// Refusals as RFC 9457 problems with the headers that HTTP asks for.
import { challengeFor } from "@keyward/core/http/challenge";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";

export interface Denial {
  readonly code: DenialCode;
  readonly status: number;
  readonly detail?: string;
  readonly missing_scopes?: readonly string[];
}

const RETRY_AFTER_SECONDS_DEFAULT = 1;
const RETRY_AFTER_SECONDS_MAX = 60;

export function denialResponse(
  { code, status, detail, missing_scopes }: Denial,
  challenge: { readonly realm: string; readonly scopes: readonly string[] },
): Response {
  // A newer server may deny with a code that this version does not know.
  const title = Object.hasOwn(DENIALS, code) ? DENIALS[code].title : "The key is not accepted";
  const challenged = status === 401 || code === "insufficient_scope";
  return problem(
    { title, status, code, detail, missing_scopes },
    challenged ? { "www-authenticate": challengeFor(code, challenge) } : {},
  );
}

/** An outage: neither the key's fault nor the caller's. Nothing of the error is shown. */
export function unavailableResponse(error: unknown): Response {
  const title = "Keys cannot be checked now";
  const retryAfter = { "retry-after": String(retryAfterSecondsOf(error)) };
  return problem({ title, status: 503, code: "unavailable" }, retryAfter);
}

function retryAfterSecondsOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("retryAfterSeconds" in error)) {
    return RETRY_AFTER_SECONDS_DEFAULT;
  }
  const { retryAfterSeconds: seconds } = error;
  if (typeof seconds !== "number" || !(seconds >= 0)) return RETRY_AFTER_SECONDS_DEFAULT;
  return Math.min(Math.ceil(seconds), RETRY_AFTER_SECONDS_MAX);
}

function problem(
  body: { readonly status: number; readonly [name: string]: unknown },
  headers: Readonly<Record<string, string>>,
): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}
