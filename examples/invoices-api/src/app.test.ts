import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { createGuard } from "@keyward/sdk/adapters/fetch";
import type { GuardOptions } from "@keyward/sdk/adapters/fetch";
import { createApp } from "./app.ts";
import { Invoices } from "./invoices.ts";

type Verify = GuardOptions["client"]["verify"];
interface Key {
  readonly owner: string;
  readonly scopes: readonly string[];
}

const RIGHTS = ["invoices:read", "invoices:write"];
const KEYS: Readonly<Record<string, Key>> = {
  full: { owner: "cus_42", scopes: RIGHTS },
  reader: { owner: "cus_42", scopes: ["invoices:read"] },
  other: { owner: "cus_43", scopes: RIGHTS },
};

/** As Keyward would decide; the tests of the command line run this API against a real one. */
function verify({ credential, scopes }: { credential: string; scopes: readonly string[] }): object {
  if (credential === "outage") throw new Error("Keyward is gone");
  const key = KEYS[credential];
  if (key === undefined) return { outcome: "denied", code: "unknown", status: 401, detail: "No" };
  const missing = scopes.filter((scope) => !key.scopes.includes(scope));
  if (missing.length > 0) {
    return { outcome: "denied", code: "insufficient_scope", status: 403, detail: "No" };
  }
  const principal = { key_id: "key_1", owner: key.owner };
  return { outcome: "allowed", code: "allowed", status: 200, principal };
}

let server: ServerType;
let base: string;

before(async () => {
  const client = { verify: verify as unknown as Verify };
  const guard = createGuard({ client, api: "acme", environment: "live" });
  const app = createApp(guard, new Invoices());
  await new Promise((resolve) => {
    server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => server.close());

function get(path: string, headers: Readonly<Record<string, string>>) {
  return fetch(base + path, { headers });
}

function post(body: unknown, key = "full", headers: Record<string, string> = {}) {
  return fetch(`${base}/invoices`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const INVOICE = { customer: "Bar Ltd", amount_cents: 1999, currency: "EUR" };

test("a key is taken from each of the four places", async () => {
  for (const headers of [
    { authorization: "api-key full" },
    { authorization: "Bearer full" },
    { "x-api-key": "full" },
    { authorization: `Basic ${btoa("full:")}` },
  ]) {
    assert.equal((await get("/invoices", headers)).status, 200);
  }
});

test("without a key, or with an unknown one, nothing is answered but a challenge", async () => {
  for (const headers of [{}, { "x-api-key": "nobody" }] as const) {
    const response = await get("/invoices", headers);
    assert.equal(response.status, 401);
    assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer realm="acme"/);
  }
});

test("a key that may only read cannot write, and is told what it lacks", async () => {
  const response = await post(INVOICE, "reader");
  assert.equal(response.status, 403);
  assert.match(response.headers.get("www-authenticate") ?? "", /scope="invoices:write"/);
});

test("T38: while Keyward is away the API answers 503 and makes nothing", async () => {
  const response = await post(INVOICE, "outage");
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "1");
});

test("an invoice that was made is listed and found by its owner, and by nobody else", async () => {
  const made = (await (await post(INVOICE)).json()) as { id: string; amount_cents: number };
  assert.equal(made.amount_cents, 1999);
  assert.equal((await get(`/invoices/${made.id}`, { "x-api-key": "reader" })).status, 200);
  assert.equal((await get(`/invoices/${made.id}`, { "x-api-key": "other" })).status, 404);
  const list = (await (await get("/invoices", { "x-api-key": "other" })).json()) as { data: [] };
  assert.deepEqual(list.data, []);
});

test("a repeated Idempotency-Key makes no second invoice, and none for another body or owner", async () => {
  const once = { "idempotency-key": "order-17" };
  const first = (await (await post(INVOICE, "full", once)).json()) as { id: string };
  const again = (await (await post(INVOICE, "full", once)).json()) as { id: string };
  assert.equal(again.id, first.id);
  assert.equal((await post({ ...INVOICE, amount_cents: 1 }, "full", once)).status, 422);
  const other = (await (await post(INVOICE, "other", once)).json()) as { id: string };
  assert.notEqual(other.id, first.id);
});

for (const [name, change] of Object.entries({
  "a fraction of a cent": { amount_cents: 19.99 },
  "nothing to pay": { amount_cents: 0 },
  "an unknown currency": { currency: "XXX" },
  "no customer": { customer: " " },
  "a field that does not exist": { status: "paid" },
})) {
  test(`${name} is refused`, async () => {
    assert.equal((await post({ ...INVOICE, ...change })).status, 400);
  });
}

test("a body that is not JSON is refused, and one that is too large", async () => {
  const headers = { "x-api-key": "full" };
  const refused = await fetch(`${base}/invoices`, { method: "POST", headers, body: "{" });
  assert.equal(refused.status, 400);
  assert.equal((await post({ ...INVOICE, memo: "x".repeat(20_000) })).status, 413);
});
