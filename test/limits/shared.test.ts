// Limits that several verifiers share: a server, processes with the SDK, and an edge, over real HTTP.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Keyward } from "@keyward/sdk";
import type { FeedEvent, LocalVerdict } from "@keyward/sdk";
import { startTestEdge, until } from "../edge/running-edge.ts";
import type { TestEdge } from "../edge/running-edge.ts";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

let server: TestServer;
let edge: TestEdge;
let feedKey: Body;

before(async () => {
  server = await startTestServer();
  const acme = { name: "Acme", prefix: "acme", audience: "https://acme.test" };
  const { id } = await make("/v1/apis", acme);
  await make("/v1/apis", { name: "Other", prefix: "other", audience: "https://other.test" });
  const scopes = [`feed:${id}:live`];
  feedKey = await make("/v1/keys", { api: "keyward", name: "v", owner: "ops", scopes });
  edge = await startTestEdge(server, feedKey.secret);
  await until(async () => (await fetch(`${edge.url}/readyz`)).ok, "the edge is ready");
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

function makeKey(limit: object, fields: object = {}): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "n", owner: "o", limits: [limit], ...fields });
}

async function startVerifier(onEvent?: (event: FeedEvent) => void, carry = fetch) {
  const { url } = server;
  const of = { api: "acme", environment: "live" } as const;
  const keyward = new Keyward({ url, token: feedKey.secret, ...of, onEvent, fetch: carry });
  await keyward.ready();
  return keyward;
}

function codesOf(verdicts: readonly { readonly code: string }[]): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(verdicts, ({ code }) => code)].map(([code, group]) => [code, group.length]),
  );
}

test("K5: of credits, a quota, a window and slots, a server, an edge and two processes together give exactly what there is", async () => {
  const verifiers = [await startVerifier(), await startVerifier()];
  for (const [limit, code] of [
    [{ name: "l", kind: "credits", limit: 40 }, "credits_exhausted"],
    [{ name: "l", kind: "quota", limit: 40, period: "year" }, "quota_exceeded"],
    [{ name: "l", kind: "window", limit: 40, window_seconds: 3_600 }, "rate_limited"],
    [{ name: "l", kind: "concurrency", limit: 40, lease_seconds: 600 }, "too_many_in_flight"],
  ] as const) {
    const { secret } = await makeKey(limit);
    const body = { credential: secret };
    const asked = Array.from({ length: 30 }, () => [
      ...verifiers.map((verifier) => verifier.verify(secret)),
      edge.ask("/v1/verify", body).then(({ json }) => json),
      server.call("POST", "/v1/verify", { body }).then(({ json }) => json),
    ]);
    const codes = codesOf(await Promise.all(asked.flat()));
    assert.deepEqual(Object.fromEntries(codes), { allowed: 40, [code]: 80 });
  }
  await Promise.all(verifiers.map((verifier) => verifier.close()));
});

test("what a process has borrowed and not used is there again when it has closed", async () => {
  const { secret } = await makeKey({ name: "l", kind: "credits", limit: 1_000 });
  const verifier = await startVerifier();
  for (let count = 0; count < 100; count++)
    assert.equal((await verifier.verify(secret)).code, "allowed");
  await verifier.close();
  const { json } = await server.call("POST", "/v1/verify", {
    body: { credential: secret, cost: 0 },
  });
  const { limits } = json as Body & { readonly limits: readonly { readonly remaining: number }[] };
  assert.equal(limits[0]?.remaining, 900);
});

test("with something in hand it is decided at once, and a change of the limit counts from then on", async () => {
  const { id, secret } = await makeKey({ name: "l", kind: "rate", rate: 1_000, burst: 10_000 });
  const verifier = await startVerifier();
  // The first use has nobody's word yet.
  assert.equal(verifier.verifyNow(secret), undefined);
  await until(async () => {
    await verifier.verify(secret);
    return verifier.verifyNow(secret)?.code === "allowed";
  }, "more is borrowed than is needed at once");
  const limits = [{ name: "l", kind: "credits", limit: 1 }];
  const changed = await server.call("PATCH", `/v1/keys/${id}`, { body: { limits } });
  const minRev = changed.json.rev;
  assert.equal((await verifier.verify(secret, { minRev })).code, "allowed");
  assert.equal((await verifier.verify(secret, { minRev })).code, "credits_exhausted");
  await verifier.close();
});

test("K3, F25: cut off from the server, each limit means what it says, the verdict says degraded, and an event tells it once", async () => {
  const events: FeedEvent[] = [];
  const state = { isCutOff: false };
  const carry: typeof fetch = (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const isCutOff = state.isCutOff && path === "/v1/feed/leases";
    return isCutOff ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init);
  };
  const verifier = await startVerifier((event) => events.push(event), carry);
  state.isCutOff = true;
  const verdicts: LocalVerdict[] = [];
  for (const whenUnavailable of ["local", "deny", "allow"]) {
    const limit = { name: "l", kind: "rate", rate: 1, when_unavailable: whenUnavailable };
    const { secret, rev } = await makeKey(limit);
    verdicts.push(await verifier.verify(secret, { minRev: rev }), await verifier.verify(secret));
  }
  const codes = verdicts.map(({ code }) => code);
  const alone = ["allowed", "rate_limited", "rate_limited", "rate_limited", "allowed", "allowed"];
  assert.deepEqual(codes, alone);
  assert.ok(verdicts.every((verdict) => "degraded" in verdict && verdict.degraded));
  state.isCutOff = false;
  const { secret, rev } = await makeKey({ name: "l", kind: "credits", limit: 1 });
  await until(async () => {
    const verdict = await verifier.verify(secret, { minRev: rev, cost: 0 });
    return verdict.outcome === "allowed" && verdict.degraded === undefined;
  }, "the server is asked again");
  const told = events.map(({ type }) => type).filter((type) => type.startsWith("limits"));
  assert.deepEqual(told, ["limits_degraded", "limits_restored"]);
  await verifier.close();
});

test("K6: a verifier borrows nothing of keys of another api, environment or workspace, and returns nothing that it was not lent", async () => {
  const limit = { name: "l", kind: "credits", limit: 10 };
  const own = await makeKey(limit);
  const others = [
    await makeKey(limit, { api: "other" }),
    await makeKey(limit, { environment: "test" }),
  ];
  let sequence = 0;
  const ask = async (verifier: string, key: string, returns: object[] = []) => {
    const wish = { of: "key", name: "l", least: 1, need: 4, ahead: 0 };
    const body = {
      verifier,
      sequence: ++sequence,
      asks: [{ key, network: null, limits: [wish] }],
      returns,
    };
    const path = "/v1/feed/leases?api=acme&environment=live";
    const { json } = await server.call("POST", path, { body, key: feedKey.secret });
    const { asks } = json as unknown as {
      readonly asks: readonly { readonly limits: readonly { lease: string; units: number }[] }[];
    };
    const [lent] = asks[0]?.limits ?? [];
    assert.ok(lent !== undefined);
    return lent;
  };
  for (const { id } of others) assert.equal((await ask("verifier-of-this-test", id)).units, 0);
  const { lease, units } = await ask("verifier-of-this-test", own.id);
  assert.equal(units, 4);
  assert.equal((await ask("another-of-this-test", own.id, [{ lease, units: 4 }])).units, 4);
  // Given back once, however often it is said, and never more than was lent.
  const returns = [
    { lease, units: 3 },
    { lease, units: 1_000 },
    { lease, units: 4 },
  ];
  assert.equal((await ask("verifier-of-this-test", own.id, returns)).units, 4);
  assert.equal((await ask("verifier-of-this-test", own.id)).units, 2);
});
