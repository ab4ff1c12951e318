import assert from "node:assert/strict";
import { test } from "node:test";
import type { Principal } from "../client/operations.generated.ts";
import { createAuthenticator } from "./authenticator.ts";
import type { Authenticator, AuthenticatorOptions, Decision, Question } from "./authenticator.ts";
import { remoteAuthenticator } from "./remote-authenticator.ts";
import type { RemoteOptions } from "./remote-authenticator.ts";

const KEY = `acme_live_${crypto.randomUUID().replaceAll("-", "")}`;
const PRINCIPAL = { key_id: "key_1", owner: "cus_42" } as unknown as Principal;
const ALLOWED: Decision = { outcome: "allowed", principal: PRINCIPAL, stale: false };

function bench(answer: Decision = ALLOWED, options: Partial<AuthenticatorOptions> = {}) {
  const asked: Question[] = [];
  const authenticator = createAuthenticator(
    (credential, question) => {
      assert.equal(credential, KEY);
      asked.push(question);
      return Promise.resolve(answer);
    },
    { realm: "acme", ...options },
  );
  const authenticate: Authenticator["authenticate"] = (facts, needs) =>
    authenticator.authenticate(facts, needs);
  return { asked, authenticate };
}

const factsOf = (headers: readonly string[] = [], request?: object) => ({
  rawHeaders: ["Authorization", `Bearer ${KEY}`, ...headers],
  method: "GET",
  path: "/invoices?page=2",
  peer: "10.0.0.1",
  request,
});

test("T31: two layers that ask the same about one request decide, and count, once", async () => {
  const { asked, authenticate } = bench();
  const request = {};
  const first = await authenticate(factsOf([], request), { scopes: ["invoices:read"] });
  const second = await authenticate(factsOf([], request), { scopes: ["invoices:read"] });
  assert.deepEqual(first, { outcome: "allowed", principal: PRINCIPAL, stale: false });
  assert.equal(second, first);
  assert.equal(asked.length, 1);
  await authenticate(factsOf([], {}), { scopes: ["invoices:read"] });
  assert.equal(asked.length, 2, "another request is another matter");
});

test("T31: an inner layer that needs more is decided anew, and not counted again", async () => {
  const { asked, authenticate } = bench();
  const request = {};
  await authenticate(factsOf([], request), { scopes: ["invoices:read"] });
  await authenticate(factsOf([], request), { scopes: ["invoices:write"] });
  assert.deepEqual(
    asked.map(({ scopes, isRepeat }) => [scopes, isRepeat]),
    [
      [["invoices:read"], false],
      [["invoices:write"], true],
    ],
  );
});

test("T22: of one request, too, an outage is not remembered", async () => {
  let isOut = true;
  const authenticator = createAuthenticator(
    () =>
      isOut ? Promise.resolve({ outcome: "unavailable", cause: "gone" }) : Promise.resolve(ALLOWED),
    { realm: "acme" },
  );
  const request = {};
  assert.equal((await authenticator.authenticate(factsOf([], request))).outcome, "refused");
  isOut = false;
  assert.equal((await authenticator.authenticate(factsOf([], request))).outcome, "allowed");
});

test("T25: X-Forwarded-For is believed from trusted proxies only", async () => {
  const headers = ["X-Forwarded-For", "203.0.113.9"];
  const plain = bench();
  await plain.authenticate(factsOf(headers));
  assert.equal(plain.asked[0]?.context.ip, "10.0.0.1");
  const behind = bench(ALLOWED, { trustedProxies: ["10.0.0.0/8"] });
  await behind.authenticate(factsOf(headers));
  assert.equal(behind.asked[0]?.context.ip, "203.0.113.9");
});

test("what a restriction may need is taken from the request, and a header that comes twice is no single value", async () => {
  const { asked, authenticate } = bench();
  await authenticate(
    factsOf([
      "Origin",
      "https://a.test",
      "origin",
      "https://b.test",
      "Referer",
      "https://a.test/x",
    ]),
  );
  assert.deepEqual(asked[0]?.context, {
    ip: "10.0.0.1",
    method: "GET",
    path: "/invoices?page=2",
    origin: "https://a.test, https://b.test",
    referrer: "https://a.test/x",
  });
});

const DENIED = {
  outcome: "denied",
  code: "insufficient_scope",
  status: 403,
  detail: "The key lacks a scope that the request needs",
  missing_scopes: ["invoices:write"],
} as const;

test("a refusal is the same, byte for byte, whether Keyward was asked or this process decided", async () => {
  const client = { verify: () => Promise.resolve(DENIED) } as unknown as RemoteOptions["client"];
  const remote = remoteAuthenticator({ client, api: "acme", environment: "live" });
  const needs = { scopes: ["invoices:write"] };
  const local = await bench({ ...DENIED, stale: false } as Decision).authenticate(factsOf(), needs);
  assert.deepEqual(local, await remote.authenticate(factsOf(), needs));
  assert.ok(local.outcome === "refused");
  assert.equal(
    local.headers["www-authenticate"],
    'Bearer realm="acme", error="insufficient_scope", scope="invoices:write"',
  );
});

for (const [name, wrong] of Object.entries({
  nothing: null,
  true: true,
  "an empty object": {},
  "allowed without a principal": { outcome: "allowed" },
  "allowed for nobody": { outcome: "allowed", principal: {}, stale: false },
})) {
  test(`T38: a decision that is ${name} is a refusal with 503`, async () => {
    const result = await bench(wrong as unknown as Decision).authenticate(factsOf());
    assert.ok(result.outcome === "refused");
    assert.equal(result.status, 503);
  });
}

test("what the limits say is for the answer, on success as on refusal, in the form of older clients by switch alone", async () => {
  const state = {
    name: "burst",
    of: "key",
    kind: "rate",
    limit: 5,
    remaining: 4,
    refills_in: 1,
    window: 5,
    exceeded: false,
    dry_run: false,
    soft_exceeded: false,
  } as const;
  const current = {
    "ratelimit-policy": '"burst";q=5;w=5',
    ratelimit: '"burst";r=4;t=1',
  };
  const older = { "ratelimit-limit": "5", "ratelimit-remaining": "4", "ratelimit-reset": "1" };
  const allowed: Decision = { ...ALLOWED, limits: [state] };
  const denied: Decision = {
    outcome: "denied",
    code: "rate_limited",
    status: 429,
    retry_after: 1,
    limits: [state],
  };
  const headersOf = async (decision: Decision, options: Partial<AuthenticatorOptions>) =>
    (await bench(decision, options).authenticate(factsOf())).headers;
  assert.deepEqual(await headersOf(allowed, {}), current);
  const options = { legacyRateLimitFields: "ratelimit-triple" } as const;
  assert.deepEqual(await headersOf(allowed, options), { ...current, ...older });
  const refused = (await headersOf(denied, options)) ?? {};
  for (const [name, value] of Object.entries({ ...current, ...older, "retry-after": "1" })) {
    assert.equal(refused[name], value);
  }
  assert.equal(await headersOf(ALLOWED, options), undefined);
});
