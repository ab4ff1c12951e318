// Whether a browser's request comes from our own pages: cookies come along with anybody's (T50).
import { OperationError } from "@keyward/core/failure/failures";
import { isOwnOrigin } from "./own-origin.ts";
import { headerLines, headerOf } from "./raw-headers.ts";

interface PageRequest {
  readonly method: string;
  readonly rawHeaders: readonly string[];
  readonly publicUrl: string | undefined;
}

/**
 * For a request with a session. A browser lets no page of another site send our header, and tells the site truly; one on
 * plain http may tell it by `Origin` alone.
 *
 * @throws OperationError `cross_site_request`
 */
export function assertOwnPage(request: PageRequest): void {
  assertNotForeign(request);
  const { method, rawHeaders } = request;
  if (method === "GET" || method === "HEAD") return;
  if (headerOf(rawHeaders, "x-keyward-csrf") !== "1") {
    throw new OperationError("cross_site_request", {
      detail: "With a session, everything but GET needs the header X-Keyward-CSRF: 1",
    });
  }
  const isSaidToBeOurs =
    headerLines(rawHeaders, "origin").length > 0 ||
    headerOf(rawHeaders, "sec-fetch-site") === "same-origin";
  if (!isSaidToBeOurs) throw foreign();
}

/**
 * For a request that begins a session: another site must not sign somebody in as somebody else.
 *
 * @throws OperationError `cross_site_request`
 */
export function assertNotForeign({ method, rawHeaders, publicUrl }: PageRequest): void {
  const sites = headerLines(rawHeaders, "sec-fetch-site");
  const isRead = method === "GET" || method === "HEAD";
  // `none` is an address that somebody typed; no page can make one.
  const isOurs = (site: string) => site === "same-origin" || (isRead && site === "none");
  if (!sites.every(isOurs)) throw foreign();
  const origins = headerLines(rawHeaders, "origin");
  if (origins.length === 0) return;
  if (!isOwnOrigin(origins, { host: headerOf(rawHeaders, "host"), publicUrl })) throw foreign();
}

function foreign(): OperationError {
  return new OperationError("cross_site_request");
}
