import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "@keyward/core/time";
import { Keyward } from "./keyward.ts";
import type { KeywardOptions } from "./keyward.ts";
import { makePresented } from "./testing/verifier-fixture.ts";

const KEY = makePresented();
const broken = (): never => {
  throw new Error(`broken, and it says ${KEY}`);
};
/** Nobody at the other end, and no time that passes. */
const QUIET = {
  url: "https://keyward.test",
  token: "token",
  api: "acme",
  environment: "live",
  fetch: () => Promise.reject(new TypeError("fetch failed")),
  clock: { now: () => instant(0), monotonicMs: () => 0 },
  timers: { schedule: () => () => undefined },
  random: () => 0.5,
} as const satisfies KeywardOptions;

/** Works while the object is made, and is broken ever after. */
function later<Result>(result: Result): () => Result {
  let isBroken = false;
  setImmediate(() => {
    isBroken = true;
  });
  return () => (isBroken ? broken() : result);
}

const request = (headers: readonly string[] = ["Authorization", `Bearer ${KEY}`]) => ({
  rawHeaders: headers,
  method: "GET",
  path: "/invoices",
  peer: "192.0.2.7",
});

const BROKEN: Readonly<Record<string, () => Partial<KeywardOptions>>> = {
  "fetch throws": () => ({ fetch: broken }),
  "fetch answers nothing": () => ({
    fetch: () => Promise.resolve(undefined as unknown as Response),
  }),
  "fetch answers 200 and true": () => ({ fetch: () => Promise.resolve(Response.json(true)) }),
  "fetch answers 200 and a verdict": () => ({
    fetch: () => Promise.resolve(Response.json({ outcome: "allowed" })),
  }),
  "fetch answers HTML": () => ({
    fetch: () =>
      Promise.resolve(new Response("<p>hello", { headers: { "content-type": "text/html" } })),
  }),
  "the token throws": () => ({ token: broken }),
  "the token is none": () => ({ token: () => Promise.resolve("a b\n") }),
  "the clock throws": () => ({ clock: { now: broken, monotonicMs: broken } }),
  "the clock answers no number": () => ({
    clock: { now: () => instant(0), monotonicMs: () => Number.NaN },
  }),
  "timers throw": () => ({ timers: { schedule: later(() => undefined) } }),
  "random throws": () => ({ random: later(0.5) }),
  "the event hook throws": () => ({ onEvent: broken }),
  "the hook for outages throws": () => ({ onUnavailable: broken }),
};
for (const [name, options] of Object.entries(BROKEN)) {
  test(`T38: when ${name}, nothing is allowed, nothing is thrown, and nothing of the cause is shown`, async () => {
    const keyward = new Keyward({ ...QUIET, ...options() });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const now = keyward.verifyNow(KEY);
    assert.ok(now === undefined || now.outcome === "unavailable");
    assert.equal((await keyward.verify(KEY)).outcome, "unavailable");
    const refusal = await keyward.authenticate(request());
    assert.ok(refusal.outcome === "refused");
    assert.deepEqual(
      [refusal.status, refusal.headers["retry-after"], JSON.parse(refusal.body)],
      [503, "1", { title: "Keys cannot be checked now", status: 503, code: "unavailable" }],
    );
  });
}

test("T38: facts that cannot be read are a refusal", async () => {
  const keyward = new Keyward(QUIET);
  for (const fact of ["rawHeaders", "method", "path", "peer", "request"]) {
    const facts = Object.defineProperty({ ...request() }, fact, { get: broken });
    const refusal = await keyward.authenticate(facts);
    assert.ok(refusal.outcome === "refused");
    assert.equal(refusal.status, 503, fact);
  }
});

test("what stands in no header is 401 without asking anybody, and what stands there twice is 400", async () => {
  const keyward = new Keyward({ ...QUIET, realm: "Acme" });
  const missing = await keyward.authenticate(request([]));
  assert.ok(missing.outcome === "refused");
  assert.deepEqual(
    [missing.status, missing.headers["www-authenticate"]],
    [401, 'Bearer realm="Acme"'],
  );
  const twice = await keyward.authenticate(request(["X-API-Key", KEY, "x-api-key", KEY]));
  assert.ok(twice.outcome === "refused");
  assert.equal(twice.status, 400);
});

test("what is no text is no key, and a text longer than any key is malformed", async () => {
  const keyward = new Keyward(QUIET);
  for (const wrong of [undefined, null, 7, { toString: () => KEY }]) {
    assert.equal((await keyward.verify(wrong as unknown as string)).outcome, "unavailable");
  }
  assert.equal((await keyward.verify("x".repeat(5_000))).code, "malformed");
});

const WRONG: readonly Partial<KeywardOptions>[] = [
  { url: "keyward.test" },
  { url: "https://user:word@keyward.test" },
  { maxStalenessMs: 10 },
  { graceMs: -1 },
  { trustedProxies: ["10.0.0.0/33"] },
];
for (const wrong of WRONG) {
  test(`an option that cannot be used is refused at once: ${JSON.stringify(wrong)}`, () => {
    assert.throws(() => new Keyward({ ...QUIET, ...wrong }), TypeError);
  });
}
