// What `@keyward/sdk` adds to a customer's bundle is a promise.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "./sources.ts";

const GZIP_BYTES_MAX = 49_500;

test("the verifier for one's own process is at most 49.5 KB, minified and compressed", async (t) => {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "packages/sdk/src/keyward.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    conditions: ["@keyward/source"],
  });
  const [bundle] = outputFiles;
  assert.ok(bundle !== undefined);
  const bytes = gzipSync(bundle.contents, { level: 9 }).length;
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes <= GZIP_BYTES_MAX, `${bytes} bytes`);
});
