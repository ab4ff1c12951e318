// What an edge answers, before a real server.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { formatKey } from "@keyward/core/key/format";
import type { Shrinking } from "@keyward/sdk/client/operations.generated";
import { ConfigError } from "../../packages/server/src/config.ts";
import { readEdgeConfig } from "../../packages/server/src/config/edge-config.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";
import { newCaller, startTestEdge, until } from "./running-edge.ts";
import type { TestEdge } from "./running-edge.ts";

let server: TestServer;
let edge: TestEdge;
let feedKey: string;
const scopes = ["invoices:read", "invoices:write"];

before(async () => {
  server = await startTestServer();
  await make("/v1/apis", { name: "Acme", prefix: "acme", audience: "https://a.test", scopes });
  await make("/v1/apis", { name: "Other", prefix: "other", audience: "https://o.test" });
  feedKey = (await makeFeedKey(["feed:*"])).secret;
  edge = await startTestEdge(server, feedKey);
});
after(async () => {
  await edge.stop();
  await server.stop();
});

async function make(path: string, body: object): Promise<Body> {
  const answer = await server.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeKey(fields: object = {}): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "k", owner: "customer-1", ...fields });
}

function makeFeedKey(feedScopes: readonly string[]): Promise<Body> {
  return make("/v1/keys", { api: "keyward", name: "edge", owner: "ops", scopes: feedScopes });
}

function invent(brand: string): string {
  const random = systemRandom.bytes(32);
  return formatKey({ brand, kind: "secret", environment: "live", random }).reveal();
}

test("an edge answers a verification, and a batch of them, byte for byte as the server does", async () => {
  const good = await makeKey({ scopes: ["invoices:read"], metadata: { plan: "gold" } });
  const testing = await makeKey({ environment: "test" });
  const foreign = await makeKey({ api: "other" });
  const revoked = await makeKey();
  const { json } = await server.call("POST", `/v1/keys/${revoked.id}/revoke?wait=verifiers`);
  const items = [
    { credential: good.secret, api: "acme", scopes: ["invoices:read"] },
    { credential: good.secret, api: "acme", scopes: ["invoices:write"] },
    { credential: good.secret, api: "other" },
    { credential: good.secret },
    { credential: testing.secret, api: "acme", environment: "live" },
    { credential: foreign.secret, api: "acme" },
    { credential: revoked.secret, api: "acme" },
    { credential: invent("acme"), api: "acme" },
    { credential: invent("nobody"), api: "acme" },
    { credential: invent("nobody") },
    { credential: "not a key", api: "acme" },
  ];
  // The last of these revs is one that the edge may still be waiting for.
  const min_rev = json.rev;
  for (const item of items) {
    const { text } = await server.call("POST", "/v1/verify", { body: item });
    assert.equal((await edge.ask("/v1/verify", { ...item, min_rev })).text, text);
  }
  const whole = await server.call("POST", "/v1/verify/batch", { body: { items } });
  assert.equal((await edge.ask("/v1/verify/batch", { items })).text, whole.text);
});

test("a key works at an edge the moment it was made, and for whoever asks for the rev of its creation", async () => {
  const { secret, rev } = await makeKey();
  const body = { credential: secret, api: "acme", min_rev: rev };
  const { json } = await edge.ask("/v1/verify", body);
  assert.equal(json.code, "allowed");
  assert.ok(json.rev >= rev);
});

test("K3: a rev that the server has not come to is 503, and no verdict", async () => {
  const { secret } = await makeKey();
  const answer = await edge.ask("/v1/verify", { credential: secret, min_rev: 1_000_000 });
  assert.deepEqual([answer.status, answer.json.code], [503, "unavailable"]);
});

test("an api that was made a moment ago is followed when its first key is presented", async () => {
  await make("/v1/apis", { name: "New", prefix: "fresh", audience: "https://new.test" });
  const { secret } = await makeKey({ api: "fresh" });
  await until(async () => {
    const { status, json } = await edge.ask("/v1/verify", { credential: secret, api: "fresh" });
    assert.ok(status === 503 || json.code === "allowed", `${status} ${json.code}`);
    return status === 200;
  }, "the new api is followed");
});

test("K3: who asks a narrow edge for an api that it does not follow hears 503: the key is not to blame", async () => {
  const acme = (await server.call("GET", "/v1/apis/acme")).json;
  const { secret: token } = await makeFeedKey([`feed:${acme.id}:live`]);
  const narrow = await startTestEdge(server, token);
  try {
    const key = await makeKey({ api: "other" });
    const unfollowed = await narrow.ask("/v1/verify", { credential: key.secret, api: "other" });
    assert.deepEqual([unfollowed.status, unfollowed.json.code], [503, "unavailable"]);
    const unknown = await narrow.ask("/v1/verify", { credential: key.secret, api: "acme" });
    assert.deepEqual([unknown.status, unknown.json.code], [200, "unknown"]);
  } finally {
    await narrow.stop();
  }
});

test("K2: once a revocation that waits for verifiers is answered, the edge refuses the key", async () => {
  for (let count = 0; count < 20; count++) {
    const { id, secret } = await makeKey();
    assert.equal((await edge.ask("/v1/verify", { credential: secret })).json.code, "allowed");
    await server.call("POST", `/v1/keys/${id}/revoke?wait=verifiers&timeout=20`);
    // On a machine that is slow enough, the edge has lost its proof by then, and says so.
    const { json } = await edge.ask("/v1/verify", { credential: secret });
    assert.ok(["revoked", "unavailable"].includes(json.code), json.code);
  }
});

test("T20: without a caller's token, or with another, even a management key, nobody learns anything", async () => {
  const { secret } = await makeKey();
  for (const caller of [null, newCaller(), server.key, feedKey]) {
    const { status, json } = await edge.ask("/v1/verify", { credential: secret }, caller);
    assert.deepEqual([status, json.code], [401, "unauthenticated"]);
  }
  const nginx = await fetch(`${edge.url}/v1/ext-auth/nginx?api=acme`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  assert.equal(nginx.headers.get("x-keyward-code"), "proxy_unauthenticated");
});

test("a caller's token is taken in and out while the edge runs; a file that is gone lets nobody in", async () => {
  const own = await startTestEdge(server, feedKey);
  try {
    const { secret: credential } = await makeKey();
    const status = async (caller: string) =>
      (await own.ask("/v1/verify", { credential }, caller)).status;
    const second = newCaller();
    writeFileSync(own.callersFile, `# two gateways\n${own.caller}\n${second}\n`);
    await until(async () => (await status(second)) === 200, "the second is accepted");
    assert.equal(await status(own.caller), 200);
    writeFileSync(own.callersFile, `${second}\n`);
    await until(async () => (await status(own.caller)) === 401, "the first is refused");
    rmSync(own.callersFile);
    await until(async () => (await status(second)) === 401, "nobody is accepted");
    writeFileSync(own.callersFile, `${own.caller}\n`);
    await until(async () => (await status(own.caller)) === 200, "the first is accepted again");
  } finally {
    await own.stop();
  }
});

test("an edge serves verdicts and health alone", async () => {
  for (const path of ["/v1/keys", "/v1/feed/subjects", "/docs", "/metrics"]) {
    assert.equal((await fetch(edge.url + path)).status, 404, path);
  }
  assert.equal((await fetch(`${edge.url}/livez`)).status, 200);
});

test("K3: when the server is away, a strict edge says 503 and is not ready, and a bounded one says stale until its grace is over", async () => {
  const upstream = await startTestServer();
  const key = async (body: object) =>
    (await upstream.call("POST", "/v1/keys", { body: { name: "k", owner: "o", ...body } })).json;
  await upstream.call("POST", "/v1/apis", {
    body: { name: "Acme", prefix: "acme", audience: "https://a.test" },
  });
  const { secret: token } = await key({ api: "keyward", scopes: ["feed:*"] });
  const { secret: credential } = await key({ api: "acme" });
  const strict = await startTestEdge(upstream, token);
  const bounded = await startTestEdge(upstream, token, {
    KEYWARD_EDGE_FRESHNESS: "bounded",
    KEYWARD_EDGE_GRACE_SECONDS: "4",
  });
  const ask = (of: TestEdge) => of.ask("/v1/verify", { credential, api: "acme" });
  try {
    for (const each of [strict, bounded]) assert.equal((await ask(each)).json.code, "allowed");
    await upstream.stop();
    await until(async () => (await ask(strict)).status === 503, "the strict edge stops");
    assert.equal((await fetch(`${strict.url}/readyz`)).status, 503);
    await until(async () => (await ask(bounded)).json.stale === true, "the bounded edge is stale");
    const batch = await strict.ask("/v1/verify/batch", { items: [{ credential, api: "acme" }] });
    assert.deepEqual([batch.status, batch.json.code], [503, "unavailable"]);
    await until(async () => {
      const { status, json } = await ask(bounded);
      assert.ok(status === 503 || json.stale === true, "never a verdict that does not say so");
      return status === 503;
    }, "the bounded edge stops");
  } finally {
    await strict.stop();
    await bounded.stop();
  }
});

test("an edge does not start on a port that everybody may ask, and says every problem at once", () => {
  const problemsOf = (environment: Readonly<Record<string, string>>) => {
    try {
      readEdgeConfig(environment);
      return [];
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.problems;
    }
  };
  const upstream = { KEYWARD_EDGE_UPSTREAM: "https://keys.example.com" };
  assert.deepEqual(problemsOf({ ...upstream, KEYWARD_EDGE_LISTEN: "unix:/run/keyward.sock" }), []);
  assert.deepEqual(problemsOf({}), [
    "KEYWARD_EDGE_UPSTREAM is needed",
    "KEYWARD_EDGE_CALLERS_FILE is needed where KEYWARD_EDGE_LISTEN is a port: whoever reaches it could guess keys",
  ]);
  assert.deepEqual(
    problemsOf({
      KEYWARD_EDGE_UPSTREAM: "https://user:hunter2@keys.example.com",
      KEYWARD_EDGE_LISTEN: "4151",
      KEYWARD_EDGE_SOCKET_MODE: "rw",
      KEYWARD_EDGE_FRESHNESS: "always",
      KEYWARD_EDGE_MAX_STALENESS_SECONDS: "0",
      KEYWARD_PORT: "1",
      KEYWARD_EGDE: "1",
    }),
    [
      "KEYWARD_EGDE is not a setting",
      "KEYWARD_EDGE_UPSTREAM must be an http or https URL without a credential, query and fragment",
      "KEYWARD_EDGE_LISTEN must be HOST:PORT, or unix:PATH",
      "KEYWARD_EDGE_SOCKET_MODE must be a mode like 660",
      "KEYWARD_EDGE_FRESHNESS must be strict, bounded or available",
      "KEYWARD_EDGE_MAX_STALENESS_SECONDS must be a whole number from 1 to 600",
    ],
  );
});

test("K7: what an edge decides is counted, about keys and about what is none, and shown as the key's last use and what it needed", async () => {
  const key = await makeKey({ name: "counted", scopes: ["invoices:read"] });
  const ask = (credential: string, wanted: string) =>
    edge.ask("/v1/verify", { credential, api: "acme", scopes: [wanted] });
  for (let count = 0; count < 3; count++) await ask(key.secret, "invoices:read");
  await ask(key.secret, "invoices:write");
  await ask(invent("acme"), "invoices:read");
  const path = `/v1/usage?key=${key.id}&group_by=code`;
  const seen = async (): Promise<readonly UsageGroup[]> =>
    (JSON.parse((await server.call("GET", path)).text) as { groups?: UsageGroup[] }).groups ?? [];
  await until(async () => (await seen()).length > 1, "the edge reports");
  assert.deepEqual(
    (await seen()).map(({ value, count }) => [value, count]),
    [
      ["allowed", 3],
      ["insufficient_scope", 1],
    ],
  );
  const { text } = await server.call("GET", `/v1/keys/${key.id}/least-grants`);
  const { needed } = JSON.parse(text) as Shrinking;
  assert.deepEqual(
    needed.map(({ any_of: anyOf }) => anyOf),
    [["invoices:read"]],
  );
});

interface UsageGroup {
  readonly value: string;
  readonly count: number;
}
