// Revs as entity tags (RFC 9110 §8.8.3, §13.1.1): "7" is the thing as it stood at rev 7.
import { OperationError } from "@keyward/core/failure/failures";

const STRONG_TAG = /^"(0|[1-9]\d{0,15})"$/;

/** The entity tag of an answer that shows one thing with a rev; `undefined` for any other. */
export function etagOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("rev" in body)) return undefined;
  return typeof body.rev === "number" ? `"${body.rev}"` : undefined;
}

/**
 * Reads `If-Match`. A weak tag or a list is refused rather than ignored: whoever sends one counts on being protected.
 *
 * @returns the rev; `undefined` for `*` and for no header
 * @throws OperationError `invalid_header`
 */
export function parseIfMatch(value: string | undefined): number | undefined {
  if (value === undefined || value === "*") return undefined;
  const rev = STRONG_TAG.exec(value)?.[1];
  if (rev === undefined) throw invalidIfMatch('must be one ETag as it was given, such as "7"');
  return Number(rev);
}

export function invalidIfMatch(detail: string): OperationError {
  const problem = { pointer: "header/if-match", code: "invalid", detail };
  return new OperationError("invalid_header", {
    detail: `If-Match ${detail}`,
    problems: [problem],
  });
}
