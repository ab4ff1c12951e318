// The dashboard in a browser, before a real server: nothing is mocked, and every refusal of the policy is a failure.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, afterEach, test } from "node:test";
import type { Page } from "playwright-core";
import { linkFor, startDashboard } from "./browser.ts";
import type { DashboardFixture, Window } from "./browser.ts";
import { goTo } from "./pages.ts";
import { seed } from "./seed.ts";

let fixture: DashboardFixture;
let window: Window;
let page: Page;

before(async () => {
  fixture = await startDashboard();
  await seed(fixture.server);
});

after(async () => await fixture.stop());

beforeEach(async () => {
  window = await fixture.open();
  ({ page } = window);
});

afterEach(async () => {
  assert.deepEqual(window.complaints, []);
  await window.context.close();
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");

/** Creates a key through the form, and leaves its secret shown. */
async function createKey(name: string, owner = "cus_1"): Promise<string> {
  await goTo(page, "/keys/new?api=acme");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Owner").fill(owner);
  await page.getByLabel("invoices:read").check();
  await button("Create key").click();
  return await dialog().getByLabel("Key").inputValue();
}

async function closeReveal(): Promise<void> {
  await button("Copy key").click();
  await page.getByRole("status").getByText("Copied").first().waitFor();
  await button("I have stored it").click();
  // The page of the key has these parts.
  await page.getByRole("navigation", { name: "Parts of this key" }).waitFor();
}

test("a key that was created, copied and closed verifies, and is nowhere on the page any more", async () => {
  const secret = await createKey("Made by mouse");
  assert.match(secret, /^acme_live_[0-9A-Za-z]{49}$/);
  await button("Copy key").click();
  await page.getByText("Copied").first().waitFor();
  assert.equal(await clipboard(), secret);
  await button("I have stored it").click();
  await page.getByRole("heading", { name: "Made by mouse" }).waitFor();
  assert.ok(!(await page.content()).includes(secret));
  const body = { credential: secret, api: "acme", scopes: ["invoices:read"] };
  const verdict = await fixture.server.call("POST", "/v1/verify", { body });
  assert.equal(verdict.json.outcome, "allowed");
});

test("T53: Back after a secret was shown leads to a page without it, and so does leaving while it is shown", async () => {
  const shown = await createKey("Back afterwards");
  await closeReveal();
  await page.goBack();
  await page.getByRole("heading", { name: "Create a key" }).waitFor();
  assert.ok(!(await page.content()).includes(shown));

  const left = await createKey("Left while shown");
  await page.goto(`${fixture.server.url}/docs`);
  await page.goBack();
  await page.locator("h1").first().waitFor();
  assert.ok(!(await page.content()).includes(left));
  const kept = JSON.stringify([await window.context.storageState(), page.url()]);
  assert.ok(!kept.includes(left));
});

test("P5: a secret is not lost by Escape, and closing it without a copy asks first", async () => {
  const secret = await createKey("Not lost");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await dialog().getByLabel("Key").inputValue(), secret);
  await button("I have stored it").click();
  await page.getByText("You have not copied it").waitFor();
  await button("Back to it").click();
  assert.equal(await dialog().getByLabel("Key").inputValue(), secret);
  await closeReveal();
});

test("P5: where there is no clipboard, nothing is said to be copied, and the key is selected", async () => {
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  const secret = await createKey("By hand");
  await button("Copy key").click();
  await page.getByText("Not copied").waitFor();
  assert.equal(await page.evaluate("getSelection().toString()"), secret);
  assert.equal(await page.getByRole("button", { name: "Copied" }).count(), 0);
});

test("the pasted whole key leads to its page, and is in neither the address nor the history", async () => {
  const secret = await createKey("Which one is this");
  await closeReveal();
  await goTo(page, "/keys");
  await page.getByRole("searchbox", { name: "Search keys" }).fill(secret);
  await page.getByRole("heading", { name: "Which one is this" }).waitFor();
  assert.ok(!page.url().includes(secret));
  await page.goBack();
  assert.ok(!page.url().includes(secret));
});

test("a rotation keeps the old secret for the overlap, says so, and shows the new one once", async () => {
  const first = await createKey("Rotated");
  await closeReveal();
  await button("Rotate").click();
  await dialog().getByLabel("The present secret works on for").selectOption("1 hour");
  await dialog().getByRole("button", { name: "Rotate" }).click();
  const second = await dialog().getByLabel("Key").inputValue();
  assert.notEqual(first, second);
  await closeReveal();
  await page.getByText("Rotating", { exact: true }).waitFor();
  for (const credential of [first, second]) {
    const verdict = await fixture.server.call("POST", "/v1/verify", { body: { credential } });
    assert.equal(verdict.json.outcome, "allowed");
  }
});

test("K2: a revocation shows when every verifier refuses the key, and the key is refused by then", async () => {
  const credential = await createKey("Revoked");
  await closeReveal();
  await button("Revoke").click();
  await dialog().getByText("It has never been used.").waitFor();
  await dialog().getByLabel("Reason").fill("No longer needed");
  await button("Revoke for ever").click();
  await page.getByText(/Refused on 1 of 1 verifier, after \d+ ms/).waitFor();
  const verdict = await fixture.server.call("POST", "/v1/verify", { body: { credential } });
  assert.equal(verdict.json.code, "revoked");
});

test("permissions are shown as a difference before they are saved, and hold once they are", async () => {
  const credential = await createKey("Widened");
  await closeReveal();
  await page.getByRole("link", { name: "Permissions" }).click();
  await page.getByLabel("invoices:write").check();
  await page.getByLabel("invoices:read").uncheck();
  const difference = page.getByRole("region", { name: "What the change comes to" });
  assert.match(await difference.innerText(), /invoices:write[\s\S]*invoices:read/);
  await button("Save changes").click();
  await page.getByText("Saved").waitFor();
  const scopes = ["invoices:write"];
  const verdict = await fixture.server.call("POST", "/v1/verify", { body: { credential, scopes } });
  assert.equal(verdict.json.outcome, "allowed");
});

test("what somebody else changed meanwhile is not overwritten", async () => {
  await createKey("Changed elsewhere");
  await closeReveal();
  await page.getByRole("link", { name: "Settings" }).last().click();
  await page.getByLabel("Name").fill("Mine");
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await fixture.server.call("PATCH", `/v1/keys/${id}`, { body: { name: "Theirs" } });
  await button("Save changes").click();
  await page.getByText("Somebody else changed this key").waitFor();
  await page.getByRole("heading", { name: "Theirs" }).waitFor();
});

test("many keys are disabled at once, after what would change and what not has been said", async () => {
  for (const name of ["Bulk one", "Bulk two"]) {
    const body = { api: "acme", name, owner: "bulk", scopes: [] };
    await fixture.server.call("POST", "/v1/keys", { body });
  }
  await goTo(page, "/keys?owner=bulk");
  await page.getByLabel("Select all on this page").check();
  await button("Disable …").click();
  await dialog().getByText("2 keys change:").waitFor();
  await button("Disable 2 keys").click();
  await page.getByText("2 keys changed").waitFor();
  assert.equal(await page.getByRole("cell", { name: "Disabled" }).count(), 2);
});

test("all keys that the filters mean are revoked at once, after their number has been typed", async () => {
  for (const name of ["Many one", "Many two", "Many three"]) {
    const body = { api: "acme", name, owner: "many", scopes: [] };
    await fixture.server.call("POST", "/v1/keys", { body });
  }
  await goTo(page, "/keys?owner=many");
  await button("Revoke all of these …").click();
  await dialog().getByText("3 keys match").waitFor();
  assert.ok(await button("Revoke 3 keys for ever").isDisabled());
  await dialog().getByLabel("Type 3 to confirm").fill("3");
  await button("Revoke 3 keys for ever").click();
  await page.getByText("All of them are revoked.").waitFor();
  await page.getByText("3 of 3 revoked").waitFor();
  const { json } = await fixture.server.call("GET", "/v1/keys?owner=many&status=revoked");
  assert.equal(json.data.length, 3);
});

test("with the keyboard alone a key is created, copied, found again and disabled", async () => {
  const press = (...keys: readonly string[]) =>
    keys.reduce<Promise<unknown>>(
      (before, key) => before.then(() => page.keyboard.press(key)),
      Promise.resolve(),
    );
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await press("c");
  await page.getByRole("heading", { name: "Create a key" }).waitFor();
  await page.getByLabel("Name").focus();
  await page.keyboard.type("By keyboard");
  await press("Tab", "Tab");
  await page.keyboard.type("cus_kb");
  await press("Enter");
  await dialog().getByLabel("Key").waitFor();
  // The focus is on Copy, so Enter copies.
  await press("Enter");
  await page.getByText("Copied").first().waitFor();
  for (let tabs = 0; tabs < 8; tabs++) {
    await press("Tab");
    const name = await page.evaluate<string>("document.activeElement.textContent");
    if (name === "I have stored it") break;
  }
  await press("Enter");
  await page.getByRole("heading", { name: "By keyboard" }).waitFor();
  await press("Control+k");
  await page.keyboard.type("By keyb");
  await page.getByRole("option", { name: "By keyboard" }).waitFor();
  await press("Enter");
  await press("g", "k");
  await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();
  await press("/");
  await page.keyboard.type("By keyboard");
  await press("Enter");
  await page.getByText("1 shown").waitFor();
  await press("Tab", "Tab", "Tab", "Tab", "Tab", "j", "x");
  await page.getByText("1 selected").waitFor();
  await press("?");
  await dialog().getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
  await press("Escape");
  await dialog().waitFor({ state: "detached" });
});

test("a link fills the form in, says so, and creates nothing", async () => {
  await goTo(
    page,
    "/keys/new?api=acme&name=From+a+link&owner=cus_5&scopes=invoices%3Aread&expires=30d",
  );
  await page.getByText("filled in by the link").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "From a link");
  assert.ok(await page.getByLabel("invoices:read").isChecked());
  const { json } = await fixture.server.call("GET", "/v1/keys?q=From+a+link");
  assert.equal(json.data.length, 0);
});

test("T51: hostile names are text wherever they are shown", async () => {
  const hostile = [
    `<img src=x onerror=alert(1)>`,
    `"><script>alert(1)</script>`,
    `javascript:alert(1)`,
    `{{constructor.constructor('alert(1)')()}}`,
    `</title><svg onload=alert(1)>`,
  ];
  for (const name of hostile) {
    const body = { api: "acme", name, owner: `owner ${name}`, metadata: { name } };
    const created = await fixture.server.call("POST", "/v1/keys", { body });
    assert.equal(created.status, 201, created.text);
    await goTo(page, `/keys/${created.json.id}`);
    await page.getByRole("heading", { name }).waitFor();
    await goTo(page, `/owners/${created.json.owner_id}`);
    await page.getByRole("heading", { name: `owner ${name}` }).waitFor();
  }
  for (const path of ["/keys", "/owners", "/audit", "/"]) {
    await goTo(page, path);
    // In the audit log it stands folded away.
    await page
      .getByText(hostile.at(-1) ?? "")
      .first()
      .waitFor({ state: "attached" });
  }
  assert.equal(await page.locator("main img, main script, main svg[onload]").count(), 0);
});

test("a viewer is offered nothing that would be refused", async () => {
  const viewer = await fixture.open({ as: "viewer" });
  await viewer.page.getByRole("link", { name: "Nightly billing job" }).click();
  await viewer.page.getByRole("heading", { name: "Nightly billing job" }).waitFor();
  for (const name of ["Rotate", "Disable", "Revoke", "Create key"]) {
    assert.equal(await viewer.page.getByRole("button", { name }).count(), 0, name);
  }
  await viewer.context.close();
});

test("a member makes a token for their own scripts, which can do what was chosen and no more", async () => {
  await goTo(page, "/tokens/new");
  await page.getByLabel("Name").fill("My script");
  await page.getByLabel("keys:read").check();
  await button("Create token").click();
  const key = await dialog().getByLabel("Key").inputValue();
  assert.match(key, /^keyward_pat_live_/);
  await button("Copy key").click();
  await button("I have stored it").click();
  await page.getByRole("link", { name: "My script" }).waitFor();
  assert.equal((await fixture.server.call("GET", "/v1/keys", { key })).status, 200);
  assert.equal((await fixture.server.call("GET", "/v1/owners", { key })).status, 403);
});

test("an outage is told as one, and trying again after it goes on where it was", async () => {
  await page.getByRole("link", { name: "Nightly billing job" }).waitFor();
  await window.context.setOffline(true);
  await page.getByLabel("Status").selectOption("Disabled");
  await page.getByRole("heading", { name: "Keyward does not answer" }).waitFor();
  await window.context.setOffline(false);
  await button("Try again").click();
  await page.getByRole("link", { name: "Contractor laptop" }).waitFor();
});

test("who lacks a permission is told which one, and not shown an empty list", async () => {
  const body = { api: "keyward", name: "Keys alone", owner: "narrow", scopes: ["keys:read"] };
  const { json } = await fixture.server.call("POST", "/v1/keys", { body });
  const context = await fixture.browser.newContext();
  const narrow = await context.newPage();
  await narrow.goto(`${fixture.server.url}/owners`);
  await narrow.getByLabel("Management key").fill(json.secret);
  await narrow.getByRole("button", { name: "Sign in" }).click();
  await narrow.getByText("You may not do that").waitFor();
  await narrow.getByText("The operation needs owners:read").waitFor();
  await context.close();
});

test("at 320 pixels nothing has to be scrolled sideways but tables and code (WCAG 1.4.10)", async () => {
  const narrow = await fixture.open({ viewport: { width: 320, height: 700 } });
  for (const path of ["/", "/keys", "/keys/new", "/usage", "/audit", "/settings"]) {
    await goTo(narrow.page, path);
    const overflow = await narrow.page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.equal(overflow, 0, path);
  }
  await narrow.context.close();
});

test("T52: a sign-in link is out of the address at once, works once, and signing out ends the session", async () => {
  const { server, browser } = fixture;
  const link = await linkFor(server, "developer");
  const context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(server.url + link);
  await own.getByRole("navigation", { name: "Main" }).waitFor();
  assert.ok(!own.url().includes("token"));
  await own.reload();
  await own.getByRole("navigation", { name: "Main" }).waitFor();
  await own.getByRole("button", { name: "Sign out" }).click();
  await own.getByRole("heading", { name: "Sign in" }).waitFor();
  await own.reload();
  await own.getByRole("heading", { name: "Sign in" }).waitFor();
  await own.goto(`${server.url}/keys${link.slice(1)}`);
  await own.reload();
  await own.getByRole("heading", { name: "Sign in" }).waitFor();
  await context.close();
});

test("T50, T53: a page of another origin can neither frame the dashboard nor act with the visitor's session", async (t) => {
  const attacker = createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>Elsewhere</title>");
  });
  attacker.listen(0, "127.0.0.1");
  t.after(() => attacker.close());
  await once(attacker, "listening");
  const { port } = attacker.address() as AddressInfo;
  const { server } = fixture;
  const { json: key } = await server.call("GET", "/v1/keys?q=Nightly");
  const id = key.data[0]?.id ?? assert.fail("no key");
  // Another port is another origin and the same site, so the cookie comes along.
  const elsewhere = await window.context.newPage();
  await elsewhere.goto(`http://127.0.0.1:${port}/`);
  const frame = await elsewhere.evaluate<string>(`new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.onload = () => { try { resolve(frame.contentDocument ? "ours" : "refused"); } catch { resolve("refused"); } };
    frame.src = ${JSON.stringify(server.url)};
    document.body.append(frame);
  })`);
  assert.equal(frame, "refused");
  assert.match(elsewhere.frames()[1]?.url() ?? "", /^chrome-error:/);
  for (const path of [`/v1/keys/${id}/disable`, "/v1/sign-out", "/v1/owners"]) {
    await elsewhere.evaluate(`fetch(${JSON.stringify(server.url + path)}, {
      method: "POST", mode: "no-cors", credentials: "include", body: '{"external_id":"forged"}',
    }).catch(() => "the answer is kept from it, too")`);
    await elsewhere.evaluate(`{
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: ${JSON.stringify(server.url + path)}, target: "_blank", enctype: "text/plain" });
      document.body.append(form);
      form.submit();
    }`);
  }
  assert.equal((await server.call("GET", `/v1/keys/${id}`)).json.status, "active");
  assert.equal((await server.call("GET", "/v1/owners?q=forged")).json.data.length, 0);
  await page.reload();
  await button("Sign out").waitFor();
});

test("K4: with a management key nothing is kept in the browser, and loading the page again forgets it", async () => {
  const other = await fixture.open({ as: "key" });
  await other.page.getByRole("link", { name: "Nightly billing job" }).waitFor();
  const kept = await other.context.storageState();
  assert.deepEqual(kept, { cookies: [], origins: [] });
  await other.page.reload();
  await other.page.getByLabel("Management key").waitFor();
  await other.context.close();
});
