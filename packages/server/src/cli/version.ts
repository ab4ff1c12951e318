import { readFileSync } from "node:fs";

/** The version of this package; `src/cli` and `dist/cli` lie equally deep in it. */
export const VERSION = readVersion(new URL("../../package.json", import.meta.url));

function readVersion(manifest: URL): string {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
  return version;
}
