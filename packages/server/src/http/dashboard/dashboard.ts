// What a browser is shown: the dashboard's files, and its one page for every path that is a page of it.
import { PAGE_HEADERS } from "../security-headers.ts";
import { readBuiltFiles } from "./built-files.ts";
import type { BuiltFile, BuiltFiles } from "./built-files.ts";
import { missingBuildPage } from "./missing-build-page.ts";
import type { PortalSealing } from "../../operations/portal/portal-session.ts";
import { isPortalPage, PORTAL_ELEMENT, PORTAL_INDEX, portalHeaders } from "./portal-page.ts";

export interface Dashboard {
  /** `undefined` when the path is none of the dashboard's. */
  answer(request: Request): Promise<Response | undefined>;
}

const INDEX = "/index.html";
/** Served under other names than their own. */
const PAGES: ReadonlySet<string> = new Set([INDEX, PORTAL_INDEX]);
/** A module that another site loads comes by CORS, and holds nothing but itself. */
const FOR_EVERYBODY = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
} as const;
/** Their names change with their content. */
const IMMUTABLE = "public, max-age=31536000, immutable";
/** Whose paths are never pages, so that a mistyped one is a problem and not the dashboard. */
const OTHERS = /^\/(?:v1|docs|oauth|assets|portal|\.well-known)(?:\/|$)/;

/**
 * @param directory where the build is; it is read at the first request, and again while there is none
 * @param sealing opens what the portal's address says about who may frame it
 */
export function createDashboard(directory: string, sealing: PortalSealing): Dashboard {
  let reading: Promise<BuiltFiles> | undefined;
  const readFiles = async () => {
    reading ??= readBuiltFiles(directory);
    const files = await reading;
    if (!files.has(INDEX)) reading = undefined;
    return files;
  };
  return {
    answer: async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method !== "GET" && request.method !== "HEAD") return undefined;
      if (isPortalPage(pathname)) {
        const headers = portalHeaders(sealing, pathname);
        return page((await readFiles()).get(PORTAL_INDEX), request, headers);
      }
      if (isPage(pathname, request))
        return page((await readFiles()).get(INDEX), request, PAGE_HEADERS);
      const file = PAGES.has(pathname) ? undefined : (await readFiles()).get(pathname);
      return file && asset(pathname, file, request);
    },
  };
}

/** Programs that mistype a path are answered with a problem; only who asks for a page is given one. */
function isPage(path: string, { headers }: Request): boolean {
  if (path === "/") return true;
  const asksForPage = headers.get("accept")?.includes("text/html") === true;
  return asksForPage && !OTHERS.test(path) && !path.includes(".");
}

function page(
  index: BuiltFile | undefined,
  request: Request,
  pageHeaders: Readonly<Record<string, string>>,
): Response {
  if (index === undefined) {
    const headers = { ...pageHeaders, "content-type": "text/html; charset=utf-8" };
    return new Response(missingBuildPage(), { status: 503, headers });
  }
  const headers = { ...pageHeaders, vary: "accept, accept-encoding" };
  return encoded(index, request, headers);
}

function asset(path: string, file: BuiltFile, request: Request): Response {
  const etag = `"${file.etag}"`;
  const headers = {
    etag,
    "cache-control": path.startsWith("/assets/") ? IMMUTABLE : "no-cache",
    vary: "accept-encoding",
    ...(path === PORTAL_ELEMENT ? FOR_EVERYBODY : {}),
  };
  if (request.headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers });
  }
  return encoded(file, request, headers);
}

function encoded(
  { body, gzip, mediaType }: BuiltFile,
  request: Request,
  headers: Readonly<Record<string, string>>,
): Response {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:\D|$))/.test(
    request.headers.get("accept-encoding") ?? "",
  );
  const isGzip = takesGzip && gzip !== undefined;
  return new Response(new Uint8Array(isGzip ? gzip : body), {
    headers: {
      ...headers,
      "content-type": mediaType,
      ...(isGzip ? { "content-encoding": "gzip" } : {}),
    },
  });
}
