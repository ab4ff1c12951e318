// Refuses requests that two readers could understand differently, before anything looks at them (T27, T28).
import { OperationError } from "@keyward/core/failure/failures";

/** Headers that say one thing: a second line would be seen by one reader and not by another. */
const SINGLE_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "content-encoding",
  "content-type",
  "host",
  "idempotency-key",
  "if-match",
  "x-api-key",
  "x-request-id",
]);

/** For the sub-requests of a proxy, whose other headers are its client's: only the host is the proxy's own. */
export const HOST_ALONE: ReadonlySet<string> = new Set(["host"]);

/** RFC 9112 §3.2: what is none is refused, though nothing here depends on it. It may be empty. */
const HOST = /^(?:[\w.~-]+|\[[0-9A-Fa-f:.]+\])?(?::\d{1,5})?$/;

export interface GuardedRequest {
  readonly rawHeaders: readonly string[];
  /** The request target as it came. */
  readonly target: string;
  /** As the request says it: `1.1`. */
  readonly httpVersion: string;
}

/**
 * The target in origin form: path and query.
 *
 * @throws OperationError `ambiguous_credentials` or `invalid_header` for a repeated header, or an absolute target for
 * another authority than that of `Host`
 */
export function guardedTarget(
  { rawHeaders, target, httpVersion }: GuardedRequest,
  singleHeaders = SINGLE_HEADERS,
): string {
  const host = assertSingleHeaders(rawHeaders, singleHeaders);
  // RFC 9112 §3.2: before HTTP/1.1 there need be none.
  if (host === undefined && httpVersion === "1.1") throw withoutHost();
  if (target.startsWith("/")) return target;
  // RFC 9112 §3.2.4: asks about the server as a whole. Nothing is offered there.
  if (target === "*") return "/*";
  // RFC 9112 §3.2.2: a server accepts the absolute form, too.
  const url = URL.parse(target);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") throw foreignTarget();
  if (url.host !== URL.parse(`${url.protocol}//${host ?? ""}`)?.host) throw foreignTarget();
  if (url.username !== "" || url.password !== "") throw foreignTarget();
  return url.pathname + url.search;
}

function assertSingleHeaders(
  rawHeaders: readonly string[],
  singleHeaders: ReadonlySet<string>,
): string | undefined {
  const seen = new Set<string>();
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (!singleHeaders.has(name)) continue;
    if (seen.has(name)) throw repeated(name);
    seen.add(name);
    if (name === "host") host = rawHeaders[index + 1] ?? "";
  }
  if (!HOST.test(host ?? ""))
    throw new OperationError("invalid_header", { detail: "The header host is no host" });
  return host;
}

function withoutHost(): OperationError {
  return new OperationError("invalid_header", { detail: "The header host is missing" });
}

function repeated(name: string): OperationError {
  const detail = `The header ${name} is there more than once`;
  const isCredential = name === "authorization" || name === "x-api-key";
  return new OperationError(isCredential ? "ambiguous_credentials" : "invalid_header", { detail });
}

function foreignTarget(): OperationError {
  return new OperationError("invalid_header", {
    detail: "The request target names another authority than the header host",
  });
}
