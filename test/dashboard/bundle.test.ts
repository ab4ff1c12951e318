// What a browser loads before it shows anything is a promise, and so is that all of it is ours to serve.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { ROOT } from "../repo/sources.ts";
import { BUILT, buildDashboard } from "../../packages/dashboard/build.ts";

const FIRST_LOAD_BYTES_MAX = 150_000;
const ROUTE_BYTES_MAX = 40_000;
/** The library that draws, which comes when there is a chart to draw. */
const CHARTS_BYTES_MAX = 125_000;
const TOTAL_BYTES_MAX = 375_000;

let index: string;

before(async () => {
  await buildDashboard();
  index = readFileSync(join(BUILT, "index.html"), "utf8");
});

const sizeOf = (path: string) => gzipSync(readFileSync(join(BUILT, path)), { level: 9 }).length;
const assets = () =>
  readdirSync(join(BUILT, "assets")).filter((name) => /\.(?:js|css)$/.test(name));
const firstLoad = () =>
  [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path = ""]) => path);

const bytesMaxOf = (path: string) =>
  path.includes("/decisions-chart-") ? CHARTS_BYTES_MAX : ROUTE_BYTES_MAX;

test("the first load is at most 150 KB, compressed", (t) => {
  const bytes = firstLoad().reduce((sum, path) => sum + sizeOf(path), 0);
  t.diagnostic(`${bytes} bytes`);
  assert.ok(firstLoad().length >= 2);
  assert.ok(bytes <= FIRST_LOAD_BYTES_MAX, `${bytes} bytes`);
});

test("no page adds more than 40 KB, its charts more than 125 KB, and all of them together with the first load are at most 375 KB", (t) => {
  const first = new Set(firstLoad());
  const pages = assets()
    .map((name) => `assets/${name}`)
    .filter((path) => !first.has(path));
  for (const path of pages) assert.ok(sizeOf(path) <= bytesMaxOf(path), path);
  const total = [...first, ...pages].reduce((sum, path) => sum + sizeOf(path), 0);
  t.diagnostic(`${total} bytes`);
  assert.ok(total <= TOTAL_BYTES_MAX, `${total} bytes`);
});

test("T51: the page holds no script, no style and no address of another origin", () => {
  assert.doesNotMatch(
    index,
    /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|(?:src|href)="(?:https?:)?\/\//,
  );
});

test("T51: nothing of the dashboard makes markup out of text", () => {
  const folder = join(ROOT, "packages/dashboard/src");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(path)) continue;
    const source = readFileSync(join(folder, path), "utf8");
    assert.doesNotMatch(source, /(?:inner|outer)HTML|insertAdjacentHTML|document\.write/i, path);
  }
});
