// What a browser is shown: the dashboard's files, and its one page for every path that is a page of it.
import { PAGE_HEADERS } from "../security-headers.ts";
import { readBuiltFiles } from "./built-files.ts";
import type { BuiltFile, BuiltFiles } from "./built-files.ts";
import { missingBuildPage } from "./missing-build-page.ts";

export interface Dashboard {
  /** `undefined` when the path is none of the dashboard's. */
  answer(request: Request): Promise<Response | undefined>;
}

const INDEX = "/index.html";
/** Their names change with their content. */
const IMMUTABLE = "public, max-age=31536000, immutable";
/** Whose paths are never pages, so that a mistyped one is a problem and not the dashboard. */
const OTHERS = /^\/(?:v1|docs|oauth|assets|\.well-known)(?:\/|$)/;

/** @param directory where the build is; it is read at the first request, and again while there is none */
export function createDashboard(directory: string): Dashboard {
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
      if (isPage(pathname, request)) return page((await readFiles()).get(INDEX), request);
      const file = pathname === INDEX ? undefined : (await readFiles()).get(pathname);
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

function page(index: BuiltFile | undefined, request: Request): Response {
  if (index === undefined) {
    const headers = { ...PAGE_HEADERS, "content-type": "text/html; charset=utf-8" };
    return new Response(missingBuildPage(), { status: 503, headers });
  }
  const headers = { ...PAGE_HEADERS, vary: "accept, accept-encoding" };
  return encoded(index, request, headers);
}

function asset(path: string, file: BuiltFile, request: Request): Response {
  const etag = `"${file.etag}"`;
  const headers = {
    etag,
    "cache-control": path.startsWith("/assets/") ? IMMUTABLE : "no-cache",
    vary: "accept-encoding",
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
