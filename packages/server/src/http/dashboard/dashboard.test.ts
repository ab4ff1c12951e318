import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { createDashboard } from "./dashboard.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-dashboard-"));
after(() => rmSync(directory, { recursive: true }));

const dashboard = createDashboard(directory);
const HTML = { accept: "text/html,*/*" };

async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  const answer = await dashboard.answer(
    new Request(`http://keyward.test${path}`, { method, headers }),
  );
  return answer && { status: answer.status, headers: answer.headers, body: await answer.bytes() };
}

test("without a build, the page says how to make one, and is there without a restart once it is made", async () => {
  const missing = await get("/");
  assert.equal(missing?.status, 503);
  assert.match(
    new TextDecoder().decode(missing?.body),
    /npm run build --workspace packages\/dashboard/,
  );
  assert.match(missing?.headers.get("content-security-policy") ?? "", /require-trusted-types-for/);

  mkdirSync(join(directory, "assets"));
  writeFileSync(join(directory, "index.html"), "<title>Keyward</title>");
  writeFileSync(join(directory, "assets/app-1.js"), "let a;");
  writeFileSync(join(directory, "assets/app-1.js.gz"), gzipSync("let a;"));
  writeFileSync(join(directory, "built-from"), "digest");
  assert.equal((await get("/"))?.status, 200);
});

test("T51, T53: the page is never kept, and takes scripts and styles of its own origin alone", async () => {
  const page = await get("/keys/key_1", HTML);
  assert.equal(page?.status, 200);
  assert.equal(page?.headers.get("cache-control"), "no-store");
  const policy = page?.headers.get("content-security-policy") ?? "";
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    assert.ok(policy.includes(part), part);
  }
  assert.ok(!policy.includes("unsafe"));
});

test("every page of the dashboard is the same file; a path of the API or of nothing is none", async () => {
  for (const path of ["/", "/keys", "/keys/new", "/owners/own_1"]) {
    assert.equal((await get(path, HTML))?.status, 200, path);
  }
  for (const path of ["/v1/nothing", "/docs/nothing", "/oauth/x", "/assets/old-1.js", "/a.php"]) {
    assert.equal(await get(path, HTML), undefined, path);
  }
  assert.equal(await get("/keys", { accept: "application/json" }), undefined);
  assert.equal(await get("/", HTML, "POST"), undefined);
});

test("assets are kept for ever, compressed where that is accepted, and not sent again to who has them", async () => {
  const plain = await get("/assets/app-1.js");
  assert.equal(plain?.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal(plain?.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.equal(plain?.headers.get("content-encoding"), null);
  const packed = await get("/assets/app-1.js", { "accept-encoding": "br, gzip" });
  assert.equal(packed?.headers.get("content-encoding"), "gzip");
  assert.equal(gunzipSync(packed?.body ?? "").toString(), "let a;");
  assert.equal(packed?.headers.get("vary"), "accept-encoding");
  const refused = await get("/assets/app-1.js", { "accept-encoding": "gzip;q=0" });
  assert.equal(refused?.headers.get("content-encoding"), null);
  const etag = plain?.headers.get("etag") ?? "";
  assert.equal((await get("/assets/app-1.js", { "if-none-match": etag }))?.status, 304);
});

test("nothing is served but files of the build with a known media type", async () => {
  for (const path of ["/built-from", "/index.html", "/../package.json", "/%2e%2e/package.json"]) {
    assert.equal(await get(path), undefined, path);
  }
});
