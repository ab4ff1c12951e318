// An edge behind an edge, and an edge that holds few keys, before a real server.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";
import { checkOverGrpc } from "../gateways/grpc-client.ts";
import { startTestEdge } from "./running-edge.ts";
import type { TestEdge } from "./running-edge.ts";

let server: TestServer;
let middle: TestEdge;
let last: TestEdge;

before(async () => {
  server = await startTestServer();
  await make("/v1/apis", { name: "Acme", prefix: "acme", audience: "https://a.test" });
  middle = await startTestEdge(server, await feedKey(), { KEYWARD_EDGE_SERVES_FEED: "1" });
  last = await startTestEdge(middle, await feedKey());
});
after(async () => {
  await last.stop();
  await middle.stop();
  await server.stop();
});

async function make(path: string, body: object): Promise<Body> {
  const answer = await server.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeKey(): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "k", owner: "customer-1" });
}

async function feedKey(): Promise<string> {
  const body = { api: "keyward", name: "edge", owner: "ops", scopes: ["feed:*"] };
  return (await make("/v1/keys", body)).secret;
}

function codeAt(edge: TestEdge, credential: string): Promise<string> {
  return edge.ask("/v1/verify", { credential, api: "acme" }).then(({ json }) => json.code);
}

test("K2: an edge behind an edge decides by keys that reach it through the other, and the barrier counts both", async () => {
  const { id, secret } = await makeKey();
  for (const edge of [last, middle]) assert.equal(await codeAt(edge, secret), "allowed");
  const { json } = await server.call("POST", `/v1/keys/${id}/revoke?wait=verifiers&timeout=10`);
  assert.equal((json as Body & { readonly pending: number }).pending, 0);
  for (const edge of [last, middle]) assert.equal(await codeAt(edge, secret), "revoked");
});

test("an edge passes nothing on unless it is told to, and of Keyward's routes the feed alone", async () => {
  const question = { headers: { authorization: `Bearer ${await feedKey()}` } };
  assert.equal((await fetch(`${last.url}/v1/feed/subjects`, question)).status, 404);
  assert.equal((await fetch(`${middle.url}/v1/keys`, question)).status, 404);
  assert.equal((await fetch(`${middle.url}/v1/feed/%2e%2e/keys`, question)).status, 404);
});

test("a feed key that Keyward does not accept is refused through an edge as well", async () => {
  const { secret } = await makeKey();
  for (const [headers, status] of [
    [{}, 401],
    [{ authorization: `Bearer ${secret}` }, 401],
  ] as const) {
    const answer = await fetch(`${middle.url}/v1/feed/subjects`, { headers });
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    await answer.text();
  }
});

test("K2: an edge that holds two keys decides about any number of them, and refuses what was revoked", async () => {
  const small = await startTestEdge(server, await feedKey(), { KEYWARD_EDGE_KEYS_MAX: "2" });
  try {
    const keys = await Promise.all(Array.from({ length: 5 }, makeKey));
    for (const { secret } of keys) assert.equal(await codeAt(small, secret), "allowed");
    const [first] = keys;
    assert.ok(first);
    await server.call("POST", `/v1/keys/${first.id}/revoke?wait=verifiers&timeout=10`);
    assert.equal(await codeAt(small, first.secret), "revoked");
    for (const { secret } of keys.slice(1)) assert.equal(await codeAt(small, secret), "allowed");
  } finally {
    await small.stop();
  }
});

test("an edge answers Envoy over gRPC, to those whose token is in its file", async () => {
  const { secret } = await makeKey();
  const small = await startTestEdge(server, await feedKey(), { KEYWARD_EDGE_GRPC_PORT: "0" });
  try {
    assert.ok(small.grpcPlace);
    const headers = { "x-api-key": secret };
    const asked = await checkOverGrpc(small.grpcPlace, small.caller, headers);
    assert.deepEqual([asked.status.code, asked.okResponse?.headers[0]?.header.value], [0, "allow"]);
    const stranger = await checkOverGrpc(small.grpcPlace, "x".repeat(32), headers);
    assert.equal(stranger.deniedResponse?.status.code, 503);
  } finally {
    await small.stop();
  }
});

test("a key that was issued elsewhere and imported opens at an edge that holds all keys, and at one that holds one", async () => {
  const foreign = ["sk_live_of.another-1", `long-${"x".repeat(200)}`];
  const items = foreign.map((key) => ({
    sha256: createHash("sha256").update(key).digest("hex"),
    api: "acme",
    name: "imported",
    owner: "customer-1",
  }));
  const small = await startTestEdge(server, await feedKey(), { KEYWARD_EDGE_KEYS_MAX: "1" });
  try {
    await make("/v1/keys/import", { items });
    const { rev } = await makeKey();
    for (const edge of [small, middle]) {
      for (const credential of foreign) {
        const { json } = await edge.ask("/v1/verify", { credential, api: "acme", min_rev: rev });
        assert.equal(json.code, "allowed");
      }
      const never = { credential: "sk_live_of.nobody", api: "acme", min_rev: rev };
      assert.equal((await edge.ask("/v1/verify", never)).json.code, "malformed");
    }
  } finally {
    await small.stop();
  }
});
