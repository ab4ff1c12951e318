import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { guardWith } from "./adapters/fetch.ts";
import type { Authenticator } from "./adapters/authenticator.ts";
import { fakeKeyward } from "./testing.ts";

type Scope = "invoices:read" | "invoices:write";

// What an app's own test looks like: the app takes an `Authenticator`, and the test hands it keys and troubles of its choice.
describe("an app that is tested with keys of its own", () => {
  function createApp(keyward: Authenticator<Scope>) {
    const guard = guardWith(keyward);
    return async (request: Request): Promise<Response> => {
      const result = await guard(request, { scopes: ["invoices:read"] });
      if (result.outcome === "refused") return result.response;
      return Response.json({ invoices_of: result.principal.owner });
    };
  }

  const keyward = fakeKeyward<Scope>({
    keys: {
      reader: { owner: "cus_42", scopes: ["invoices:read"] },
      trial: { owner: "cus_43", scopes: ["invoices:*"], expiresInSeconds: 3600 },
      writer: { scopes: ["invoices:write"] },
    },
  });
  const app = createApp(keyward);
  const statusFor = async (key: string) => {
    const headers = { authorization: `Bearer ${keyward.key(key)}` };
    return (await app(new Request("https://app.test/invoices", { headers }))).status;
  };

  test("lets in who has the scope and refuses who has not", async () => {
    assert.equal(await statusFor("reader"), 200);
    assert.equal(await statusFor("writer"), 403);
  });

  test("sees a key expire when time passes", async () => {
    assert.equal(await statusFor("trial"), 200);
    keyward.passSeconds(3600);
    assert.equal(await statusFor("trial"), 401);
  });

  test("answers 429 to a key over its limit, and 503 while Keyward is away", async () => {
    keyward.deny("reader", "rate_limited", { retryAfterSeconds: 30 });
    assert.equal(await statusFor("reader"), 429);
    keyward.deny("reader", undefined);
    keyward.goAway();
    assert.equal(await statusFor("reader"), 503);
    keyward.comeBack();
    assert.equal(await statusFor("reader"), 200);
  });
});

test("a key that was revoked stays revoked, and a disabled one can be enabled", async () => {
  const keyward = fakeKeyward({ keys: { a: {}, b: {} } });
  keyward.revoke("a");
  keyward.disable("b");
  const codes = () => ["a", "b"].map((name) => keyward.verifyNow(keyward.key(name)).code);
  assert.deepEqual(codes(), ["revoked", "disabled"]);
  keyward.enable("a");
  keyward.enable("b");
  assert.deepEqual(codes(), ["revoked", "allowed"]);
});

test("T40: a key of the other environment is unknown", () => {
  const keyward = fakeKeyward({ keys: { other: { environment: "test" } } });
  assert.equal(keyward.verifyNow(keyward.key("other")).code, "unknown");
});

test("what was decided is told by the names of the test", async () => {
  const keyward = fakeKeyward({ keys: { one: { metadata: { tier: "gold" } } } });
  const verdict = await keyward.verify(keyward.key("one"), { cost: 3 });
  assert.ok(verdict.outcome === "allowed");
  assert.deepEqual(verdict.principal.metadata, { tier: "gold" });
  keyward.verifyNow(fakeKeyward({ keys: { stranger: {} } }).key("stranger"));
  assert.deepEqual(keyward.verifications, [
    { key: "one", outcome: "allowed", code: "allowed", cost: 3, isCounted: true },
    { key: undefined, outcome: "denied", code: "unknown", cost: 1, isCounted: true },
  ]);
});

test("after close nothing is decided, and status says so at every moment", async () => {
  const keyward = fakeKeyward({ keys: { one: {} } });
  await keyward.ready();
  assert.deepEqual([keyward.status().connected, keyward.status().keys], [true, 1]);
  keyward.goAway();
  assert.equal(keyward.status().trust, "untrusted");
  keyward.comeBack();
  await keyward.close();
  assert.equal(keyward.status().connected, false);
  assert.equal((await keyward.verify(keyward.key("one"))).outcome, "unavailable");
});

test("a scope that is none, a key without a name and a scope of another api are mistakes that show", () => {
  assert.throws(() => fakeKeyward({ keys: { one: { scopes: ["Not A Scope"] } } }), RangeError);
  assert.throws(() => fakeKeyward({ keys: {} }).key("nobody"), RangeError);
  // @ts-expect-error a misspelt scope does not compile
  fakeKeyward<Scope>({ keys: { one: { scopes: ["invoices:raed"] } } });
});
