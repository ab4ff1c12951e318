// Single decisions in the dashboard, before a real server that makes them.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture, Window } from "./browser.ts";
import { goTo } from "./pages.ts";
import { seed } from "./seed.ts";

let fixture: DashboardFixture;
let window: Window;
let page: Page;
let billing: string;

before(async () => {
  fixture = await startDashboard();
  billing = (await seed(fixture.server)).billing.secret;
});

after(async () => await fixture.stop());

beforeEach(async () => {
  window = await fixture.open({ path: "/logs" });
  ({ page } = window);
});

afterEach(async () => {
  assert.deepEqual(window.complaints, []);
  await window.context.close();
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const rows = () => page.getByRole("row");

async function decide(scope: string, context: object = {}): Promise<void> {
  const body = { credential: billing, api: "acme", scopes: [scope], context };
  assert.equal((await fixture.server.call("POST", "/v1/verify", { body })).status, 200);
}

/** Uses are written down a moment after they were decided, and nothing tells a page of it. */
async function until(path: string, text: string | RegExp): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    await goTo(page, path);
    if ((await page.getByText(text).count()) > 0) return;
    await goTo(page, "/keys");
    await page.waitForTimeout(250);
  }
  assert.fail(`${path} does not come to show ${text}`);
}

test("P8: a refusal is listed with its reason, and with every check up to the one that refused", async () => {
  await decide("payments:refund", { method: "POST", path: "/refunds/17", ip: "198.51.100.7" });
  await until("/logs?filter=path%3A%2Frefunds%2F17", "POST /refunds/17");
  const row = rows().filter({ hasText: "POST /refunds/17" }).first();
  await row.getByText("insufficient_scope 403").waitFor();
  await row.getByText("198.51.100.0/24").waitFor();
  await row.getByText("Checks").click();
  const trace = row.getByRole("list", { name: "Checks, in the order in which they are made" });
  assert.match(await trace.innerText(), /Passed\s*malformed[\s\S]*Failed\s*insufficient_scope/);
  await row.getByRole("link", { name: "Nightly billing job" }).click();
  await page.getByRole("heading", { name: "Nightly billing job" }).waitFor();
  await page.getByRole("link", { name: "Show its decisions" }).click();
  await page.getByRole("heading", { name: "Logs" }).waitFor();
  assert.match(new URL(page.url()).search, /filter=key%3Akey_/);
});

test("a filter is in the address, one that is none says why, and clearing leads back to everything", async () => {
  await until("/logs", "insufficient_scope");
  await page.getByLabel("Outcome").selectOption("Allowed");
  await page.getByText("insufficient_scope 403").first().waitFor({ state: "detached" });
  await page.getByRole("cell", { name: "Allowed" }).first().waitFor();
  assert.match(page.url(), /outcome=allowed/);
  await page.getByRole("searchbox", { name: "Filter decisions" }).fill("nosuchfield:1");
  await page
    .getByRole("alert")
    .getByText(/there is no such field/)
    .waitFor();
  await button("Clear filters").click();
  await page
    .getByRole("cell", { name: /insufficient_scope/ })
    .first()
    .waitFor();
});

test("following shows a decision as it is made, and holding keeps the rows where they are", async () => {
  await button("Follow").click();
  await page.getByText("Waiting for a decision").waitFor();
  await decide("reports:read", { method: "GET", path: "/followed/1" });
  await page.getByText("GET /followed/1").waitFor();
  await button("Hold").click();
  await decide("reports:read", { method: "GET", path: "/followed/2" });
  await page.getByText("1 new is held back.").waitFor();
  assert.equal(await page.getByText("GET /followed/2").count(), 0);
  await button("Go on").click();
  await page.getByText("GET /followed/2").waitFor();
});

test("T51: a hostile path is text", async () => {
  await decide("reports:read", { method: "GET", path: "/<img src=x onerror=alert(1)>" });
  await until("/logs", "<img src=x onerror=alert(1)>");
  assert.equal(await page.locator("main img").count(), 0);
});
