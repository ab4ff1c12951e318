// The SDK's verifier on a real server: what it decides is what the server decides, and revocations reach it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGuard, guardWith } from "@keyward/sdk/adapters/fetch";
import { createClient } from "@keyward/sdk/client";
import type { UsageBatchBody } from "@keyward/core/usage/wire";
import { Keyward } from "@keyward/sdk";
import type { FeedEvent } from "@keyward/sdk";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

let server: TestServer;
let keyward: Keyward;
let feedScope: string;
let feedToken: string;
const events: FeedEvent[] = [];

before(async () => {
  server = await startTestServer();
  const scopes = ["invoices:read", "invoices:write"];
  const api = await make("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://acme.test",
    scopes,
  });
  feedScope = `feed:${api.id}:live`;
  const feedKey = await make("/v1/keys", {
    api: "keyward",
    name: "v",
    owner: "ops",
    scopes: [feedScope],
  });
  feedToken = feedKey.secret;
  keyward = new Keyward({
    url: server.url,
    token: feedKey.secret,
    api: "acme",
    environment: "live",
    onEvent: (event) => events.push(event),
  });
  await keyward.ready();
});
after(async () => {
  await keyward.close();
  await server.stop();
});

async function make(path: string, body: object): Promise<Body> {
  const answer = await server.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeKey(fields: object = {}): Promise<Body> {
  const scopes = ["invoices:read"];
  return make("/v1/keys", { api: "acme", name: "n", owner: "customer-1", scopes, ...fields });
}

test("a key works in this process the moment it has been created, and has the principal that the server gives", async () => {
  const key = await makeKey({ metadata: { plan: "pro" } });
  const verdict = await keyward.verify(key.secret, { scopes: ["invoices:read"] });
  assert.ok(verdict.outcome === "allowed");
  const remote = await server.call("POST", "/v1/verify", { body: { credential: key.secret } });
  assert.deepEqual(verdict.principal, (remote.json as { principal?: unknown }).principal);
});

test("what an inner layer needs besides is told as needed, though the request is counted once", async () => {
  const batches: UsageBatchBody[] = [];
  const reporting = new Keyward({
    url: server.url,
    token: feedToken,
    api: "acme",
    environment: "live",
    reportUses: (batch) => Promise.resolve(void batches.push(batch)),
  });
  await reporting.ready();
  const key = await makeKey({ scopes: ["invoices:*"] });
  await reporting.verify(key.secret, { minRev: key.rev });
  const request = new Request("https://acme.test/invoices", {
    headers: { authorization: `Bearer ${key.secret}` },
  });
  for (const scopes of [["invoices:read"], { any: ["invoices:write", "invoices:admin"] }]) {
    assert.equal((await reporting.authenticate(request, { scopes })).outcome, "allowed");
  }
  await reporting.close();
  const counts = batches.flatMap(({ cells }) => cells.map(({ count }) => count));
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    2,
  );
  assert.deepEqual(
    batches.flatMap(({ needs }) => needs.map((each) => [each.key, each.need])),
    [
      [key.id, ""],
      [key.id, "invoices:read"],
      [key.id, "invoices:admin invoices:write"],
    ],
  );
});

test("K2: when revoke?wait=verifiers has answered, this process refuses; nobody is pending, and nobody waited for a second", async () => {
  const beginMs = performance.now();
  for (let count = 0; count < 10; count++) {
    const key = await makeKey();
    assert.equal((await keyward.verify(key.secret)).code, "allowed");
    const path = `/v1/keys/${key.id}/revoke?wait=verifiers&timeout=5`;
    const { json } = await server.call("POST", path);
    assert.equal((json as { pending?: unknown }).pending, 0);
    assert.equal(keyward.verifyNow(key.secret)?.code, "revoked");
  }
  assert.ok(performance.now() - beginMs < 10_000);
});

test("a refusal is the same, byte for byte, whether this process decides or the server is asked", async () => {
  const client = createClient({ url: server.url, token: server.key });
  const remote = createGuard({ client, api: "acme", environment: "live" });
  const local = guardWith(keyward);
  const bound = await makeKey({ restrictions: { ips: ["192.0.2.0/24"] } });
  const plain = await makeKey();
  const disabled = await makeKey();
  await server.call("POST", `/v1/keys/${disabled.id}/disable`);
  const cases: readonly (readonly [headers: Record<string, string>, scopes: string[]])[] = [
    [{}, []],
    [{ authorization: "Bearer a b" }, []],
    [{ authorization: `Bearer ${plain.secret}`, "x-api-key": plain.secret }, []],
    [{ authorization: `Bearer ${plain.secret.slice(0, -1)}` }, []],
    [{ authorization: `Bearer ${plain.secret}` }, ["invoices:write"]],
    [{ authorization: `Bearer ${plain.secret}`, origin: "https://shop.test" }, []],
    [{ "x-api-key": bound.secret }, []],
    [{ "x-api-key": disabled.secret }, []],
  ];
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const [headers, scopes] of cases) {
    const both = [];
    for (const guard of [local, remote]) {
      const request = new Request("https://acme.test/invoices", { headers });
      const result = await guard(request, { scopes, ip: "203.0.113.7" });
      assert.ok(result.outcome === "refused");
      const { response } = result;
      both.push([response.status, [...response.headers], await response.text()]);
    }
    assert.deepEqual(both[0], both[1]);
  }
});

test("after a rotation without overlap the new secret works at once, and the old one does not", async () => {
  const key = await makeKey();
  const { secret } = (
    await server.call("POST", `/v1/keys/${key.id}/rotate`, {
      body: { overlap_seconds: 0 },
    })
  ).json;
  assert.equal((await keyward.verify(secret)).code, "allowed");
  assert.equal((await keyward.verify(key.secret)).outcome, "denied");
});

test("T66, K2: when the feed's own key is revoked, the verifier learns no more and stops deciding by itself", async () => {
  const key = await makeKey();
  const made = await server.call("POST", "/v1/keys", {
    body: { api: "keyward", name: "w", owner: "ops", scopes: [feedScope] },
  });
  const token = made.json.secret;
  const other = new Keyward({
    url: server.url,
    token,
    api: "acme",
    environment: "live",
    maxStalenessMs: 1_000,
  });
  await other.ready();
  assert.equal((await other.verify(key.secret)).code, "allowed");
  await server.call("POST", `/v1/keys/${made.json.id}/revoke`);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.equal(other.verifyNow(key.secret), undefined);
  assert.equal((await other.verify(key.secret)).outcome, "unavailable");
  assert.equal(other.status().connected, false);
  await other.close();
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => type === "disconnected" || type === "resync"),
    [],
  );
});

test("K8, K2: one that holds three keys at most decides about twenty as the server does, and refuses what is revoked", async () => {
  const feedKey = { api: "keyward", name: "part", owner: "ops", scopes: [feedScope] };
  const { secret: token } = await make("/v1/keys", feedKey);
  const part = new Keyward({
    url: server.url,
    token,
    api: "acme",
    environment: "live",
    keysMax: 3,
  });
  try {
    await part.ready();
    assert.equal(part.status().keys, 0);
    const keys = await Promise.all(Array.from({ length: 20 }, () => makeKey()));
    const codesOf = async () => {
      const codes = new Set<string>();
      for (const { secret } of keys) codes.add((await part.verify(secret)).code);
      return [...codes];
    };
    assert.deepEqual(await codesOf(), ["allowed"]);
    assert.equal(part.status().keys, 3);
    for (const { id } of keys) {
      await server.call("POST", `/v1/keys/${id}/revoke?wait=verifiers&timeout=20`);
    }
    for (const code of await codesOf()) assert.ok(["revoked", "unavailable"].includes(code), code);
    assert.equal(part.verifyNow(keys[0]?.secret ?? "")?.code ?? "asks", "asks");
  } finally {
    await part.close();
  }
});

test("keysMax that is no number of keys is refused when it is made", () => {
  for (const keysMax of [0, 1.5, 2 ** 24]) {
    const options = { url: server.url, token: "x", api: "acme", environment: "live" } as const;
    assert.throws(() => new Keyward({ ...options, keysMax }), TypeError);
  }
});
