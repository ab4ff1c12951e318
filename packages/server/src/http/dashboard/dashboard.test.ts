import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { formatId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import { sealPortal } from "../../operations/portal/portal-session.ts";
import { systemRandom } from "../../runtime/random.ts";
import { tenantScope } from "../../storage/storage.ts";
import { createDashboard } from "./dashboard.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-dashboard-"));
after(() => rmSync(directory, { recursive: true }));

const sealing = { sealingKey: createSecretKey(systemRandom.bytes(32)) };
const dashboard = createDashboard(directory, sealing);
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
  writeFileSync(join(directory, "portal.html"), "<title>Portal</title>");
  mkdirSync(join(directory, "portal"));
  writeFileSync(join(directory, "portal/element.js"), "let element;");
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

const scope = tenantScope(formatId("workspace", instant(0), systemRandom.bytes(10)));
const framed = (as: "frame" | "code", origins: readonly string[]) =>
  `/portal/${sealPortal(sealing, systemRandom, scope, as, origins).reveal()}`;

test("T53: the portal may be framed by the origins that are sealed into its path, and by nobody where there are none", async () => {
  const policyOf = async (path: string) => {
    const page = await get(path, HTML);
    assert.equal(page?.status, 200, path);
    assert.equal(new TextDecoder().decode(page?.body), "<title>Portal</title>");
    return /frame-ancestors ([^;]+);/.exec(page?.headers.get("content-security-policy") ?? "")?.[1];
  };
  const origins = ["https://app.acme.test", "https://admin.acme.test:8443"];
  const path = framed("frame", origins);
  assert.equal(await policyOf(path), "https://app.acme.test https://admin.acme.test:8443");
  assert.equal(await policyOf(framed("frame", [])), "'none'");
  assert.equal(await policyOf(framed("code", origins)), "'none'");
  assert.equal(await policyOf("/portal"), "'none'");
  const [id = "", sealed = ""] = path.split(".");
  assert.equal(await policyOf(`${id}.${sealed.slice(0, -2)}AA`), "'none'");
  const other = formatId("workspace", instant(1), systemRandom.bytes(10));
  assert.equal(await policyOf(`/portal/${other}.${sealed}`), "'none'");
});

test("the web component is a module that any site may load", async () => {
  const element = await get("/portal/element.js");
  assert.equal(element?.status, 200);
  assert.equal(element?.headers.get("access-control-allow-origin"), "*");
  assert.equal(element?.headers.get("cache-control"), "no-cache");
});

test("nothing is served but files of the build with a known media type", async () => {
  for (const path of [
    "/built-from",
    "/index.html",
    "/portal.html",
    "/../package.json",
    "/%2e%2e/package.json",
  ]) {
    assert.equal(await get(path), undefined, path);
  }
});
