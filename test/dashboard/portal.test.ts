// The portal in a browser: the hosted page, and <keyward-portal> in a page of another origin.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { BrowserContext, FrameLocator, Page } from "playwright-core";
import { violationsOn } from "./axe.ts";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture } from "./browser.ts";
import { seed } from "./seed.ts";

/** A site of the producer's: whatever page it is told to show, under a policy of its own. */
let shownPage = "";
const site = createServer((_request, response) => {
  response.setHeader("content-type", "text/html").end(shownPage);
});
let siteUrl: string;
let fixture: DashboardFixture;
let context: BrowserContext;
let page: Page;

before(async () => {
  fixture = await startDashboard();
  await seed(fixture.server);
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  // Another origin and, by its name, another site.
  siteUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
});

after(async () => {
  await fixture.stop();
  site.close();
});

const complaints: string[] = [];

beforeEach(async () => {
  complaints.length = 0;
  context = await fixture.browser.newContext({
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|TrustedType/i.test(message.text()))
      complaints.push(message.text());
  });
});

afterEach(async () => {
  assert.deepEqual(complaints, []);
  await context.close();
});

async function openPortal(more: object = {}): Promise<string> {
  const body = { api: "acme", owner: "cus_42", scopes: ["invoices:*"], ...more };
  const { json, text, status } = await fixture.server.call("POST", "/v1/portal/sessions", { body });
  assert.equal(status, 201, text);
  return json.url;
}

const button = (name: string, within: Page | FrameLocator = page) =>
  within.getByRole("button", { name, exact: true });

async function createKey(within: Page | FrameLocator, name: string): Promise<string> {
  await button("Create key", within).first().click();
  const dialog = within.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("invoices:read").check();
  await dialog.getByRole("button", { name: "Create key" }).click();
  return await within.getByRole("dialog").getByLabel("Key", { exact: true }).inputValue();
}

async function verdictOf(credential: string, ip = "203.0.113.9"): Promise<string> {
  const body = { credential, api: "acme", scopes: ["invoices:read"], context: { ip } };
  return (await fixture.server.call("POST", "/v1/verify", { body })).json.code;
}

test("P18: a customer sees their own keys alone, makes one, restricts it, rotates it and revokes it", async () => {
  await page.goto(await openPortal());
  await page.getByRole("heading", { name: "Your keys for Acme Billing" }).waitFor();
  await page.getByRole("row", { name: /Nightly billing job/ }).waitFor();
  assert.equal(await page.getByText("Partner export").count(), 0);

  const secret = await createKey(page, "From the portal");
  assert.equal(await verdictOf(secret), "allowed");
  await button("Copy key").click();
  await page.getByRole("dialog").getByRole("status").getByText("Copied").waitFor();
  await button("I have stored it").click();
  assert.ok(!(await page.content()).includes(secret));

  const row = page.getByRole("row", { name: /From the portal/ });
  await button("Change", row.page()).first().waitFor();
  await row.getByRole("button", { name: "Change" }).click();
  await page.getByLabel("Addresses it works from").fill("203.0.113.0/24");
  await button("Save changes").click();
  await page.getByText("Saved").waitFor();
  assert.deepEqual(
    [await verdictOf(secret), await verdictOf(secret, "198.51.100.1")],
    ["allowed", "ip_not_allowed"],
  );

  await row.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
  const second = await page.getByRole("dialog").getByLabel("Key", { exact: true }).inputValue();
  assert.notEqual(second, secret);
  await button("Copy key").click();
  await button("I have stored it").click();

  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("row", { name: /From the portal.*Revoked/ }).waitFor();
  assert.equal(await verdictOf(second), "revoked");
});

test("K4, T53: the code leaves the address at once, nothing is kept in the browser, and loading the page again ends the visit", async () => {
  const url = await openPortal();
  await page.goto(url);
  await page.getByRole("heading", { name: "Your keys for Acme Billing" }).waitFor();
  assert.ok(!page.url().includes("code="));
  assert.deepEqual(await context.storageState(), { cookies: [], origins: [] });
  await page.reload();
  await page.getByRole("heading", { name: "This address has been used" }).waitFor();
  await page.goto("about:blank");
  await page.goto(url);
  await page.getByRole("heading", { name: "This address has been used" }).waitFor();
});

test("a visit that is over says so, and leads back to where it was opened", async () => {
  const url = await openPortal({ lifetime_seconds: 60, return_url: `${siteUrl}/account` });
  await page.goto(url);
  await page.getByRole("heading", { name: "Your keys for Acme Billing" }).waitFor();
  fixture.server.clock.passSeconds(61);
  // Whatever asks first shows it: this choice, or a list that is read anew meanwhile.
  const over = page.getByRole("heading", { name: "This visit is over" });
  await Promise.race([
    over.waitFor(),
    page
      .getByLabel("Of", { exact: true })
      .selectOption({ index: 1 })
      .then(() => over.waitFor()),
  ]);
  const back = page.getByRole("link", { name: "Go back and open it again" });
  assert.equal(await back.getAttribute("href"), `${siteUrl}/account`);
});

test("what the session does not offer is not shown", async () => {
  await page.goto(await openPortal({ actions: [] }));
  await page.getByRole("row", { name: /Nightly billing job/ }).waitFor();
  for (const name of ["Create key", "Rotate", "Change", "Revoke"]) {
    assert.equal(await button(name).count(), 0, name);
  }
});

function embedding(src: string): string {
  const { url } = fixture.server;
  return `<!doctype html><html lang="en"><title>Acme account</title>
    <script type="module" src="${url}/portal/element.js"></script>
    <style>keyward-portal { --keyward-accent: rgb(0, 100, 0); --keyward-background: rgb(250, 250, 240); color-scheme: light; }</style>
    <h1>Account</h1><keyward-portal src="${src.replaceAll("&", "&amp;")}"></keyward-portal>`;
}

test("T53: <keyward-portal> shows the portal in a page that its session names, in that page's looks, and no other page may", async () => {
  shownPage = embedding(await openPortal({ origins: [siteUrl] }));
  await page.goto(siteUrl);
  const frame = page.frameLocator("keyward-portal iframe");
  await frame.getByRole("heading", { name: "Your keys for Acme Billing" }).waitFor();
  const ground = frame.locator("body");
  assert.equal(
    await ground.evaluate(
      (body) => body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor,
    ),
    "rgb(250, 250, 240)",
  );
  const secret = await createKey(frame, "Embedded");
  assert.equal(await verdictOf(secret), "allowed");
  const reach = `(() => { try { return String(document.querySelector("keyward-portal").shadowRoot.querySelector("iframe").contentDocument); } catch (error) { return error.name; } })()`;
  assert.equal(await page.evaluate<string>(reach), "null");
  await button("Copy key", frame).click();
  await frame.getByRole("dialog").getByRole("status").getByText("Copied").waitFor();
  assert.equal(await page.evaluate<string>("navigator.clipboard.readText()"), secret);

  const other = await context.newPage();
  shownPage = embedding(await openPortal({ origins: ["https://other.acme.test"] }));
  await other.goto(siteUrl);
  const refused = other.frameLocator("keyward-portal iframe").getByRole("heading");
  await other.locator("keyward-portal iframe").waitFor();
  await other.waitForFunction(
    `document.querySelector("keyward-portal").shadowRoot.querySelector("iframe").src !== ""`,
  );
  assert.equal(await refused.count(), 0);
});

test("T51: what a page around the portal says about looks can be nothing but looks", async () => {
  shownPage = embedding(await openPortal({ origins: [siteUrl] })).replace(
    "--keyward-accent: rgb(0, 100, 0)",
    "--keyward-accent: url(https://evil.test/x); --keyward-font: 'a;b{}'",
  );
  await page.goto(siteUrl);
  const frame = page.frameLocator("keyward-portal iframe");
  await frame.getByRole("heading", { name: "Your keys for Acme Billing" }).waitFor();
  const style = await frame.locator("html").getAttribute("style");
  assert.doesNotMatch(style ?? "", /url|evil|\{/);
});

test("T51: hostile names are text in the portal", async () => {
  const name = `<img src=x onerror=alert(1)>`;
  const body = { api: "acme", name, owner: "cus_hostile", scopes: [] };
  await fixture.server.call("POST", "/v1/keys", { body });
  await page.goto(await openPortal({ owner: "cus_hostile" }));
  await page.getByRole("row").getByText(name).waitFor();
  assert.equal(await page.locator("main img").count(), 0);
});

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing in the portal nor in its dialogs in the ${theme} theme`, async () => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(await openPortal());
    await page.getByRole("row", { name: /Nightly billing job/ }).waitFor();
    const found = [...(await violationsOn(page, "everything"))];
    for (const name of ["Create key", "Rotate", "Change", "Revoke"]) {
      await button(name).first().click();
      await page.getByRole("dialog").waitFor();
      found.push(...(await violationsOn(page, "everything")));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    assert.deepEqual(found, []);
  });
}

test("at 320 pixels nothing of the portal has to be scrolled sideways but tables (WCAG 1.4.10)", async () => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(await openPortal());
  await page.getByRole("row", { name: /Nightly billing job/ }).waitFor();
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate<number>(overflow), 0);
});
