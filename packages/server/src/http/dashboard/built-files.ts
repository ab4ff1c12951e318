// The files of the dashboard, as they were built: read whole, once, because they are few and small.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The same place seen from the sources and from the published package. */
export const BUILT_DASHBOARD = fileURLToPath(new URL("../../../dist/dashboard/", import.meta.url));

export interface BuiltFile {
  readonly body: Buffer;
  /** The same, compressed by the build; `undefined` for what does not gain by it. */
  readonly gzip: Buffer | undefined;
  readonly mediaType: string;
  readonly etag: string;
}

/** By their path below the origin: `/index.html`, `/assets/…`. */
export type BuiltFiles = ReadonlyMap<string, BuiltFile>;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** What has no media type here is not served. Empty when there is no build. */
export async function readBuiltFiles(directory: string): Promise<BuiltFiles> {
  const files = new Map<string, BuiltFile>();
  for (const path of await pathsBelow(directory)) {
    const mediaType = MEDIA_TYPES[path.slice(path.lastIndexOf(".") + 1)];
    if (mediaType === undefined) continue;
    const body = await readFile(join(directory, path));
    const gzip = await readIfThere(join(directory, `${path}.gz`));
    const etag = createHash("sha256").update(body).digest("base64url").slice(0, 22);
    files.set(`/${path.replaceAll("\\", "/")}`, { body, gzip, mediaType, etag });
  }
  return files;
}

async function pathsBelow(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory, { recursive: true });
  } catch {
    return [];
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}
