// What was decided, from the verification to the chart: through a server, as its users see it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { SecretInUse, Usage } from "@keyward/sdk/client/operations.generated";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
let key: { readonly id: string; readonly secret: string };
let secretId: string;

before(async () => {
  server = await startTestServer();
  const api = { name: "Acme", prefix: "acme", audience: "https://a.test", scopes: ["things:read"] };
  await server.call("POST", "/v1/apis", { body: api });
  const body = { api: "acme", name: "=HYPERLINK(1)", owner: "cus_1", scopes: ["things:read"] };
  key = (await server.call("POST", "/v1/keys", { body })).json;
  const { json } = await server.call("GET", `/v1/keys/${key.id}/secrets`);
  secretId = json.data[0]?.id ?? "";
});
after(async () => await server.stop());

async function usageOf(query: string): Promise<Usage> {
  const { text } = await server.call("GET", `/v1/usage?${query}`);
  return JSON.parse(text) as Usage;
}

/** What was counted is written within a second or so. */
async function usageUntil(query: string, isThere: (usage: Usage) => boolean): Promise<Usage> {
  for (let tries = 0; tries < 400; tries++) {
    const usage = await usageOf(query);
    if (isThere(usage)) return usage;
    await delay(50);
  }
  throw new Error("not counted in time");
}

const ofKey = () => `key=${key.id}`;

test("K7: what verify has decided is in the sums of its key, api, code and tag", async () => {
  const context = { ip: "192.0.2.7", user_agent: "curl/8.5.0 (x)" };
  const credential = key.secret;
  const ask = (body: object) =>
    server.call("POST", "/v1/verify", { body: { credential, context, ...body } });
  await ask({ tag: "GET/things", cost: 4 });
  await ask({ tag: "GET/things" });
  await ask({ scopes: ["other:read"] });
  await ask({ dry_run: true });
  const usage = await usageUntil(`${ofKey()}&group_by=tag`, ({ totals }) => totals.count >= 3);
  assert.equal(usage.networks, 1);
  assert.deepEqual(usage.totals, { count: 3, allowed: 2, denied: 1, cost: 5 });
  assert.deepEqual(usage.groups, [
    { value: "GET/things", name: null, count: 2, allowed: 2, denied: 0, cost: 5, networks: null },
    { value: null, name: null, count: 1, allowed: 0, denied: 1, cost: 0, networks: null },
  ]);
  const sum = usage.buckets.reduce((total, { count }) => total + count, 0);
  assert.equal(sum, 3);
  const byKey = await usageOf("api=acme&group_by=key&outcome=allowed&compare=previous");
  assert.deepEqual(byKey.groups, [
    { value: key.id, name: "=HYPERLINK(1)", count: 2, allowed: 2, denied: 0, cost: 5, networks: 1 },
  ]);
  assert.equal(byKey.previous?.count, 0);
});

test("the last use of a secret says when, from which network and by which product, and which process decided", async () => {
  const { text } = await server.call("GET", `/v1/keys/${key.id}/secrets`);
  const [secret] = (JSON.parse(text) as { data: readonly SecretInUse[] }).data;
  assert.ok(secret !== undefined && secret.last_used_at !== null);
  const { last_used_network, last_used_agent, last_used_reporter } = secret;
  const { networks, safe_to_revoke } = secret;
  assert.deepEqual([last_used_network, last_used_agent], ["192.0.2.0/24", "curl/8.5.0"]);
  assert.deepEqual([networks, safe_to_revoke], [1, false]);
  const logs = await server.call("GET", `/v1/logs?filter=key:${key.id}`);
  const [entry] = (JSON.parse(logs.text) as { data: readonly { reporter: string }[] }).data;
  assert.equal(last_used_reporter, entry?.reporter);
});

test("K7, K8: a report counts once however often it is sent, and what no key is is told by its network", async () => {
  const minute = Math.floor(server.clock.now() / 60_000);
  const body = {
    source: "verifier-of-a-test",
    sequence: 1,
    cells: [
      { minute, key: key.id, code: "allowed", tag: "edge", count: 40, cost: 40 },
      { minute, key: null, code: "unknown", tag: "", count: 9, cost: 0 },
    ],
    uses: [
      {
        key: key.id,
        secret: secretId,
        at_ms: server.clock.now() - 1_000,
        network: null,
        agent: null,
        networks: "0000000100000002",
      },
    ],
    strangers: [
      { minute, code: "unknown", network: "198.51.100.0/24", brand: "acme", count: 7 },
      { minute, code: "unknown", network: null, brand: "", count: 2 },
    ],
  };
  const created = await server.call("POST", "/v1/keys", {
    body: { api: "keyward", name: "feed", owner: "ops", scopes: ["feed:*"] },
  });
  const options = { body, key: created.json.secret };
  const report = () => server.call("POST", "/v1/feed/uses?api=acme&environment=live", options);
  assert.deepEqual((await report()).json, { outcome: "counted", late: 0 });
  assert.deepEqual((await report()).json, { outcome: "repeated", late: 0 });
  assert.equal((await usageOf(`${ofKey()}&tag=edge`)).totals.count, 40);
  const strangers = await server.call("GET", "/v1/usage/strangers");
  const data: unknown = strangers.json.data;
  assert.deepEqual(data, [
    { code: "unknown", network: "198.51.100.0/24", brand: "acme", count: 7 },
    { code: "unknown", network: null, brand: null, count: 2 },
  ]);
});

test("T56: rows come as CSV, in which nothing is a formula, and as lines of JSON", async () => {
  const asked = "/v1/usage?api=acme&group_by=key";
  const csv = await server.call("GET", `${asked}&format=csv`);
  assert.match(csv.headers.get("content-type") ?? "", /^text\/csv/);
  assert.match(
    csv.headers.get("content-disposition") ?? "",
    /^attachment; filename="keyward.csv"$/,
  );
  const [head, row = ""] = csv.text.split("\r\n");
  assert.equal(head, "value,name,count,allowed,denied,cost,networks");
  assert.ok(row.startsWith(`${key.id},'=HYPERLINK(1),`), row);
  const lines = await server.call("GET", asked, { headers: { accept: "application/x-ndjson" } });
  const [line = ""] = lines.text.split("\n");
  assert.equal((JSON.parse(line) as { value: string }).value, key.id);
});

test("a question that cannot be answered says which parameter is wrong", async () => {
  const problem = async (query: string) => {
    const { status, json } = await server.call("GET", `/v1/usage?${query}`);
    return [status, json.code, json.errors?.[0]?.pointer];
  };
  assert.deepEqual(await problem("time_zone=Mars/Base"), [
    400,
    "invalid_request",
    "query/time_zone",
  ]);
  assert.deepEqual(await problem("top=0"), [400, "invalid_request", "query/top"]);
  assert.deepEqual(await problem("from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), [
    400,
    "invalid_request",
    "query/from",
  ]);
  assert.deepEqual(await problem("api=nobodys"), [404, "not_found", undefined]);
  assert.deepEqual(await problem("key=nonsense"), [404, "not_found", undefined]);
});
