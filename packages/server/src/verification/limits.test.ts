// Limits as a protected API and a gateway meet them.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { Limit } from "@keyward/core/limit/limit";
import { parseLimits } from "@keyward/core/limit/parse-limit";
import { addSeconds } from "@keyward/core/time";
import { makePresented, NOW } from "@keyward/sdk/testing/verifier-fixture";
import { verdictResource } from "../contract/verify.ts";
import { Installation } from "./testing/installation.ts";

const installation = new Installation();
const { own } = installation;
const management = own.issueManagement().presented;

before(() => installation.listen());
after(() => installation.close());
beforeEach(() => {
  installation.now = NOW;
});

function limits(...given: readonly object[]): readonly Limit[] {
  const parsed = parseLimits(given, "key");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.limits;
}

async function post(path: string, body: object) {
  const response = await fetch(`http://127.0.0.1:${installation.port}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${management}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Record<string, unknown>;
}

async function verify(credential: string, fields: object = {}) {
  return verdictResource.parse(await post("/v1/verify", { credential, api: "acme", ...fields }));
}

function gateway(credential: string) {
  return fetch(`http://127.0.0.1:${installation.port}/v1/ext-auth/nginx?api=acme`, {
    headers: {
      "x-keyward-proxy-token": management,
      "x-original-method": "GET",
      "x-original-uri": "/x",
      "x-real-ip": "198.51.100.7",
      "x-api-key": credential,
    },
  });
}

test("a verdict tells what its limits say, and the header fields for the API's own answer", async () => {
  const { presented } = own.issue({
    limits: limits({ name: "burst", kind: "rate", rate: 1, burst: 2 }),
  });
  const first = await verify(presented);
  assert.equal(first.outcome, "allowed");
  assert.deepEqual(first.limits, [
    {
      name: "burst",
      of: "key",
      kind: "rate",
      limit: 2,
      remaining: 1,
      refills_in: 1,
      window: 2,
      exceeded: false,
      dry_run: false,
      soft_exceeded: false,
    },
  ]);
  assert.deepEqual(first.headers, {
    "ratelimit-policy": '"burst";q=2;w=2',
    ratelimit: '"burst";r=1;t=1',
  });
  await verify(presented);
  const refused = await verify(presented);
  assert.deepEqual(
    [refused.outcome, refused.code, refused.status, refused.retry_after],
    ["denied", "rate_limited", 429, 1],
  );
  assert.equal(refused.principal?.key_id.slice(0, 4), "key_");
  installation.now = addSeconds(NOW, 1);
  assert.equal((await verify(presented)).outcome, "allowed");
});

test("nothing is charged when anything else refuses", async () => {
  const { presented } = own.issue({ limits: limits({ name: "c", kind: "credits", limit: 1 }) });
  for (let count = 0; count < 3; count++) {
    assert.equal(
      (await verify(presented, { scopes: ["invoices:read"] })).code,
      "insufficient_scope",
    );
    assert.equal((await verify(presented, { environment: "test" })).code, "wrong_environment");
  }
  assert.equal((await verify(presented)).code, "allowed");
  const refused = await verify(presented);
  assert.deepEqual(
    [refused.code, refused.status, refused.retry_after],
    ["credits_exhausted", 402, undefined],
  );
});

test("a cost is charged as given; 0 looks, and more than a limit ever allows is 400", async () => {
  const { presented } = own.issue({
    limits: limits({ name: "w", kind: "window", limit: 5, window_seconds: 60 }),
  });
  assert.equal((await verify(presented, { cost: 3 })).limits[0]?.remaining, 2);
  assert.equal((await verify(presented, { cost: 0 })).limits[0]?.remaining, 2);
  const dear = await verify(presented, { cost: 6 });
  assert.deepEqual([dear.code, dear.status], ["cost_exceeds_limit", 400]);
  assert.equal((await verify(presented, { cost: 2 })).limits[0]?.remaining, 0);
});

test("a dry run says what would be, step by step, and charges nothing", async () => {
  const { presented } = own.issue({
    limits: limits(
      { name: "many", kind: "rate", rate: 9 },
      { name: "one", kind: "credits", limit: 1 },
    ),
  });
  const dry = await verify(presented, { dry_run: true });
  assert.equal(dry.outcome, "allowed");
  assert.deepEqual(dry.trace?.slice(-2), [
    { check: "rate_limited", passed: true, detail: "the limit many of the key has 9 of 9 left" },
    {
      check: "credits_exhausted",
      passed: true,
      detail: "the limit one of the key has 1 of 1 left",
    },
  ]);
  assert.equal((await verify(presented)).outcome, "allowed");
  const refused = await verify(presented, { dry_run: true });
  assert.equal(refused.code, "credits_exhausted");
  assert.deepEqual(refused.trace?.at(-1), {
    check: "credits_exhausted",
    passed: false,
    detail: "the limit one of the key has 0 of 1 left",
  });
});

test("the items of a batch are charged one after the other", async () => {
  const { presented } = own.issue({
    limits: limits({ name: "c", kind: "credits", limit: 2 }, { name: "r", kind: "rate", rate: 5 }),
  });
  const items = Array.from({ length: 3 }, () => ({ credential: presented, api: "acme" }));
  const { data } = (await post("/v1/verify/batch", { items })) as { data: { code: string }[] };
  assert.deepEqual(
    data.map(({ code }) => code),
    ["allowed", "allowed", "credits_exhausted"],
  );
});

test("a gateway passes on what remains, on success as on refusal", async () => {
  const { presented } = own.issue({
    limits: limits({ name: "minute", kind: "window", limit: 1, window_seconds: 60 }),
  });
  const allowed = await gateway(presented);
  assert.equal(allowed.status, 200);
  assert.equal(allowed.headers.get("ratelimit"), '"minute";r=0;t=62');
  assert.equal(allowed.headers.get("ratelimit-policy"), '"minute";q=1;w=60');
  assert.equal(allowed.headers.get("retry-after"), null);
  const refused = await gateway(presented);
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get("x-keyward-status"), "429");
  assert.equal(refused.headers.get("x-keyward-code"), "rate_limited");
  assert.equal(refused.headers.get("retry-after"), "62");
  assert.equal(refused.headers.get("ratelimit"), '"minute";r=0;t=62');
});

test("T24: who tries too many texts is not told any more what they were, and a right key passes all the same", async () => {
  const { presented } = own.issue();
  const context = { ip: "203.0.113.50" };
  const codes = new Map<string, number>();
  for (let count = 0; count < 30; count++) {
    const { code } = await verify(makePresented(), { context });
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  assert.deepEqual(
    [...codes],
    [
      ["unknown", 20],
      ["rate_limited", 10],
    ],
  );
  assert.equal((await verify("no key", { context })).code, "rate_limited");
  assert.equal((await verify(presented, { context })).code, "allowed");
  assert.equal(
    (await verify(makePresented(), { context: { ip: "203.0.113.51" } })).code,
    "unknown",
  );
  assert.equal((await verify(makePresented())).code, "unknown");
  installation.now = addSeconds(NOW, 2);
  assert.equal((await verify(makePresented(), { context })).code, "unknown");
});
