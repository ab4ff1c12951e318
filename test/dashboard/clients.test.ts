// OAuth clients in the dashboard, before a real server: what is made in the browser gets real tokens.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { startDashboard } from "./browser.ts";
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

/** Makes a client through the form, stores its secret, and ends on its page. */
async function createClient(name: string): Promise<{ id: string; secret: string }> {
  await goTo(page, "/clients/new");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Owner").fill("svc_billing");
  await page.getByLabel("Add an API").selectOption("Acme Billing");
  await page.getByLabel("invoices:read").check();
  await button("Create client").click();
  const secret = await keepSecret();
  await page.getByRole("heading", { name }).waitFor();
  return { id: new URL(page.url()).pathname.split("/").at(-1) ?? "", secret };
}

async function keepSecret(): Promise<string> {
  const secret = await dialog().getByLabel("Secret", { exact: true }).inputValue();
  await button("Copy secret").click();
  await dialog().getByRole("status").getByText("Copied").waitFor();
  await button("I have stored it").click();
  await dialog().waitFor({ state: "detached" });
  return secret;
}

async function askForToken({ id, secret }: { id: string; secret: string }) {
  const response = await fetch(`${fixture.server.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

test("a client that was made in the browser gets a token with just the scopes that were chosen, and its secret is nowhere on the page any more", async () => {
  const client = await createClient("Billing worker");
  assert.ok(!(await page.content()).includes(client.secret));
  const { token_type, scope, expires_in } = await askForToken(client);
  assert.deepEqual([token_type, scope, expires_in], ["Bearer", "invoices:read", 600]);
});

test("P11: Try it asks for a token as the client would, and says what came of it", async () => {
  await goTo(page, "/clients/new");
  await page.getByLabel("Name").fill("Tried");
  await page.getByLabel("Owner").fill("svc_billing");
  await page.getByLabel("Add an API").selectOption("Acme Billing");
  await page.getByLabel("invoices:read").check();
  await button("Create client").click();
  await button("Try it").click();
  await dialog()
    .getByText(/^Keyward issued a token for 600 seconds, with invoices:read, in \d+ ms\.$/)
    .waitFor();
  await keepSecret();
});

test("a client's limit is set in the browser, holds for its tokens, and shows what they have used", async () => {
  const client = await createClient("Limited client");
  await page.getByRole("link", { name: "Limits", exact: true }).click();
  await page.getByText("No limit applies").waitFor();
  await button("Add a limit").click();
  await page.getByLabel("Kind").selectOption("Quota: so many a calendar period");
  await page.getByLabel("Units").fill("1");
  await button("Save limits").click();
  await page.getByText("0 of 1 used").waitFor();
  const { access_token: credential } = await askForToken(client);
  const body = { credential, api: "acme" };
  const codes = [];
  for (let call = 0; call < 2; call++) {
    codes.push((await fixture.server.call("POST", "/v1/verify", { body })).json.code);
  }
  assert.deepEqual(codes, ["allowed", "quota_exceeded"]);
  await page.getByText("1 of 1 used").waitFor();
});

test("a rotation keeps the client's old secret for the overlap, and End now ends it", async () => {
  const before = await createClient("Rotated client");
  await button("Rotate secret").click();
  await dialog().getByLabel("The present secret works on for").selectOption("1 hour");
  await dialog().getByRole("button", { name: "Rotate" }).click();
  const secret = await keepSecret();
  assert.notEqual(before.secret, secret);
  for (const each of [before, { id: before.id, secret }]) {
    assert.equal((await askForToken(each))["token_type"], "Bearer");
  }
  const row = page.getByRole("row").filter({ hasText: `…${before.secret.slice(-4)}` });
  await row.getByRole("button", { name: "End now" }).click();
  await dialog().getByRole("button", { name: "End now" }).click();
  await page.getByText("The secret is refused from now on").waitFor();
  assert.equal((await askForToken(before))["error"], "invalid_client");
  assert.equal((await askForToken({ id: before.id, secret }))["token_type"], "Bearer");
});

test("a disabled client gets no token until it is enabled again; a revoked one never again, and its record can go", async () => {
  const client = await createClient("Ended client");
  await button("Disable").click();
  await page.getByText("Disabled", { exact: true }).waitFor();
  assert.equal((await askForToken(client))["error"], "invalid_client");
  await button("Enable").click();
  await page.getByText("Active", { exact: true }).waitFor();
  assert.equal((await askForToken(client))["token_type"], "Bearer");
  await button("Revoke").click();
  await dialog().getByRole("button", { name: "Revoke" }).click();
  await page.getByText("Revoked", { exact: true }).first().waitFor();
  assert.equal((await askForToken(client))["error"], "invalid_client");
  await page.getByRole("link", { name: "Settings" }).last().click();
  await button("Delete the record").click();
  await dialog().getByRole("button", { name: "Delete the record" }).click();
  await page.getByRole("heading", { name: "Clients" }).waitFor();
  assert.equal((await fixture.server.call("GET", `/v1/clients/${client.id}`)).status, 404);
});

test("End all tokens refuses those that the client has, and lets it get new ones", async () => {
  const client = await createClient("Leaky client");
  const { access_token } = await askForToken(client);
  const body = { credential: access_token, api: "acme" };
  assert.equal((await fixture.server.call("POST", "/v1/verify", { body })).json.outcome, "allowed");
  await button("End all tokens").click();
  await dialog().getByRole("button", { name: "End all tokens" }).click();
  await page.getByText("All tokens that it has got so far are refused").waitFor();
  assert.equal((await fixture.server.call("POST", "/v1/verify", { body })).json.code, "revoked");
});

test("what a client may ask for is shown as a difference before it is saved, and holds once it is", async () => {
  const client = await createClient("Widened client");
  await page.getByRole("link", { name: "Access" }).last().click();
  await page.getByLabel("invoices:write").check();
  await page.getByLabel("invoices:read").uncheck();
  const difference = page.getByRole("region", { name: "What the change comes to" });
  assert.match(await difference.innerText(), /acme invoices:write[\s\S]*acme invoices:read/);
  await button("Save changes").click();
  await page.getByText("Saved: verifiers follow at once").waitFor();
  assert.equal((await askForToken(client))["scope"], "invoices:write");
});

test("a client that proves itself by a key of its own has no secret, and text that is no key set is not sent", async () => {
  await goTo(page, "/clients/new");
  await page.getByLabel("Name").fill("By key");
  await page.getByLabel("Owner").fill("svc_billing");
  await page.getByLabel("Add an API").selectOption("Acme Billing");
  await page.getByLabel("Make a secret").uncheck();
  await page.getByLabel("Public keys", { exact: false }).first().fill("no key set");
  await page.getByText("This is no JSON Web Key Set.").waitFor();
  assert.ok(await button("Create client").isDisabled());
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  const jwks = { keys: [{ kty, crv, x, y, alg: "ES256", kid: "one" }] };
  await page.getByLabel("Public keys", { exact: false }).first().fill(JSON.stringify(jwks));
  await button("Create client").click();
  await page.getByText("It has no secret").waitFor();
  await page.getByText("1 key", { exact: true }).waitFor();
});

test("a viewer sees clients, and is offered nothing that would be refused", async () => {
  await createClient("Seen by viewers");
  const viewer = await fixture.open({ as: "viewer", path: "/clients" });
  await viewer.page.getByRole("link", { name: "Seen by viewers" }).click();
  await viewer.page.getByRole("heading", { name: "Seen by viewers" }).waitFor();
  for (const name of ["Rotate secret", "Disable", "Revoke", "End all tokens", "End now"]) {
    assert.equal(await viewer.page.getByRole("button", { name }).count(), 0, name);
  }
  await viewer.context.close();
});
