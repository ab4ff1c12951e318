// Policies, approvals, key safety, leaks and limits in use, before a real server.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Body } from "../http/test-server.ts";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture, Window } from "./browser.ts";
import { goTo } from "./pages.ts";

let fixture: DashboardFixture;
let window: Window;
let page: Page;

before(async () => {
  fixture = await startDashboard();
  await post("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://api.acme.test",
    scopes: ["invoices:read", "invoices:write"],
  });
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

async function post(path: string, body: object): Promise<Body> {
  const { status, json, text } = await fixture.server.call("POST", path, { body });
  assert.ok(status < 300, `${path}: ${text}`);
  return json;
}

const makeKey = (name: string, more: object = {}) =>
  post("/v1/keys", { api: "acme", name, owner: "cus_42", scopes: ["invoices:read"], ...more });

async function codeOf(credential: string): Promise<unknown> {
  return (await post("/v1/verify", { credential, api: "acme" })).code;
}

test("a policy is made in the browser, shows whom it affects, and is applied only by the count that was typed", async () => {
  const lasting = await makeKey("Lasts for ever", { expires_at: null });
  await goTo(page, "/policies");
  await page.getByText("No policies yet").waitFor();
  await page.getByRole("link", { name: "Create policy" }).first().click();
  await page.getByLabel("Name").fill("Ninety days");
  await page.getByLabel("API").selectOption("Acme");
  await page.getByLabel("Longest lifetime in days").fill("90");
  await button("Create policy").click();
  await page.getByRole("heading", { name: "Ninety days" }).waitFor();
  await page.getByText("1 key does not comply").waitFor();
  await page.getByRole("row", { name: "Lasts for ever" }).getByText("lifetime").waitFor();
  await button("Apply …").click();
  const submit = dialog().getByRole("button", { name: "Apply", exact: true });
  assert.equal(await submit.isDisabled(), true);
  await dialog().getByLabel("Type 1 to confirm").fill("1");
  await submit.click();
  await page.getByText("Applied: every one of them has its end.").waitFor();
  await page.getByText("Everything complies: there is nothing to apply.").waitFor();
  const { json } = await fixture.server.call("GET", `/v1/keys/${lasting.id}`);
  const { expires_at, created_at } = json as unknown as Readonly<Record<string, string>>;
  const days = (Date.parse(expires_at ?? "") - Date.parse(created_at ?? "")) / 86_400_000;
  assert.equal(Math.round(days), 90);
});

test("a policy's rules are changed and the policy is deleted, each with what it comes to in words on its list", async () => {
  await post("/v1/policies", { name: "No writing", api: "acme" });
  await goTo(page, "/policies");
  await page.getByRole("link", { name: "No writing" }).click();
  await page.getByLabel("Scopes that may not be granted").fill("invoices:write");
  await page.getByLabel("IP addresses").check();
  await button("Save policy").click();
  await page.getByText("Saved: what is made from now on is held to it").waitFor();
  await page.getByRole("link", { name: "Policies" }).first().click();
  await page
    .getByRole("row", { name: "No writing" })
    .getByText("restricted by IP addresses, never invoices:write")
    .waitFor();
  await page.getByRole("link", { name: "No writing" }).click();
  await button("Delete policy").click();
  await dialog().getByRole("button", { name: "Delete policy" }).click();
  await page.getByText("The policy is deleted").waitFor();
  await page.getByRole("link", { name: "No writing" }).waitFor({ state: "detached" });
  const { json } = await fixture.server.call("GET", "/v1/policies");
  assert.ok(json.data.every(({ name }) => name !== "No writing"));
});

test("a token that waits is approved by somebody else, and another is denied with a reason", async () => {
  await post("/v1/policies", { name: "Somebody looks", api: "acme", kind: "pat", approval: true });
  await post("/v1/owners", { external_id: "user_ada", type: "user", rights: ["invoices:*"] });
  const make = (name: string) =>
    post("/v1/tokens", { api: "acme", name, owner: "user_ada", scopes: ["invoices:read"] });
  const [wanted, unwanted] = [await make("Nightly export"), await make("Copy of everything")];
  assert.equal(await codeOf(wanted.secret), "not_yet_valid");
  await goTo(page, "/tokens");
  await page.getByLabel("Whose").selectOption("Of every user");
  await page.getByLabel("State").selectOption("Waiting for approval");
  const row = (name: string) => page.getByRole("row", { name });
  await row("Nightly export").getByRole("button", { name: "Approve" }).click();
  await dialog().getByText("user_ada asks for: invoices:read").waitFor();
  await dialog().getByRole("button", { name: "Approve" }).click();
  await page.getByText("The token is approved").waitFor();
  assert.equal(await codeOf(wanted.secret), "allowed");
  await row("Copy of everything").getByRole("button", { name: "Deny" }).click();
  await dialog().getByLabel("Reason").fill("Far too much");
  await dialog().getByRole("button", { name: "Deny" }).click();
  await page.getByText("No token waits for an approval").waitFor();
  assert.equal(await codeOf(unwanted.secret), "revoked");
});

test("a leak that was reported is found under key safety, with what became of it by the reaction that the API was given", async () => {
  await goTo(page, "/apis");
  await page.getByRole("link", { name: "Acme", exact: true }).click();
  await page.getByLabel("When one of its keys leaks").selectOption("Revoke it");
  await button("Save changes").click();
  await page.getByText("Saved", { exact: true }).waitFor();
  const leaked = await makeKey("Pushed to a public repository");
  await post("/v1/leaks", { credential: leaked.secret, url: "https://code.example/gist/1" });
  assert.equal(await codeOf(leaked.secret), "revoked");
  await goTo(page, "/safety");
  const row = page.getByRole("row").filter({ hasText: "https://code.example/gist/1" });
  await row.getByText("revoke", { exact: true }).waitFor();
});

test("key safety shows a key without a limit or an end, and by filter nothing else", async () => {
  await makeKey("Unlimited", { owner: "cus_7" });
  await goTo(page, "/safety");
  await page.getByLabel("Finding").selectOption("No limit");
  await page.getByRole("row", { name: "Unlimited" }).waitFor();
  const others = page.getByRole("row").filter({ hasText: "No end" });
  await others.first().waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).searchParams.get("finding"), "no_limit");
});

test("T52: who signed in too long ago is told how to sign in again, and does it in another tab without losing what was entered", async () => {
  await goTo(page, "/policies/new");
  await page.getByLabel("Name").fill("After a long lunch");
  fixture.server.clock.passSeconds(1_800);
  await button("Create policy").click();
  await page.getByText("Open a new sign-in link in another tab").waitFor();
  const { json } = await fixture.server.call("GET", "/v1/members");
  const [member] = json.data;
  const path = `/v1/members/${member?.id}/link`;
  const link = await fixture.server.call("POST", path, { body: {} });
  const other = await window.context.newPage();
  await other.goto(fixture.server.url + link.json.path);
  await other.getByRole("button", { name: "Sign out" }).waitFor();
  await other.close();
  await button("Create policy").click();
  await page.getByRole("heading", { name: "After a long lunch" }).waitFor();
});

test("what is used of a key's limits is shown while one looks, with what it comes to", async () => {
  const limits = [{ name: "daily", kind: "quota", limit: 10, period: "day" }];
  const key = await makeKey("Limited", { limits });
  await post("/v1/verify", { credential: key.secret, api: "acme", cost: 3 });
  await goTo(page, `/keys/${key.id}?tab=limits`);
  await page.getByText("3 of 10 used").waitFor();
  assert.equal(await page.getByRole("meter").getAttribute("value"), "3");
  await post("/v1/verify", { credential: key.secret, api: "acme", cost: 4 });
  await page.getByText("7 of 10 used").waitFor();
});

test("a key that needed less than it is granted is shrunk to that, after its page has shown what it loses", async () => {
  await post("/v1/apis", {
    name: "Globex",
    prefix: "globex",
    audience: "https://api.globex.test",
    scopes: ["things:read", "things:write"],
  });
  const scopes = ["things:read", "things:write"];
  const { id, secret } = await makeKey("Only reads", { api: "globex", scopes, expires_at: null });
  const read = { credential: secret, api: "globex", scopes: ["things:read"] };
  const leastGrants = async () =>
    (await fixture.server.call("GET", `/v1/keys/${id}/least-grants`)).text;
  await post("/v1/verify", read);
  await eventually(async () => (await leastGrants()).includes('"any_of":["things:read"]'));
  fixture.server.clock.passSeconds(91 * 86_400);
  await post("/v1/verify", read);
  await eventually(async () => (await leastGrants()).includes('"scopes":["things:read"]'));
  await window.context.close();
  window = await fixture.open();
  ({ page } = window);
  await goTo(page, "/safety");
  await page.getByLabel("Finding").selectOption("More than it needs");
  await page
    .getByRole("row", { name: "Only reads" })
    .getByRole("button", { name: "Shrink" })
    .click();
  await dialog().getByText("things:write").waitFor();
  await dialog().getByRole("button", { name: "Grant no more" }).click();
  await page.getByText("The key is granted no more than it needs").waitFor();
  const { json } = await fixture.server.call("GET", `/v1/keys/${id}`);
  assert.deepEqual((json as unknown as { scopes: unknown }).scopes, ["things:read"]);
});

/** What is counted is written down a moment later. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400 && !(await isSo()); tries++) await delay(50);
  assert.ok(await isSo());
}
