import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { decide } from "@keyward/core/verdict/decide";
import { describeDenial } from "@keyward/core/verdict/describe-denial";
import { assertFails, createAcme, createManager, openWorkbench } from "../../testing/workbench.ts";
import type { Workbench } from "../../testing/workbench.ts";

async function openAsking(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "owners.create", {
    body: { external_id: "ada", type: "user", rights: ["*"] },
  });
  await bench.write(bench.operator, "policies.create", {
    body: { name: "asking", kind: "pat", approval: true },
  });
  const token = await bench.write(bench.operator, "tokens.create", {
    body: { api: "acme", owner: "ada", name: "script", scopes: ["invoices:read"] },
  });
  return { bench, token, params: { token: token.id } };
}

function verdictOf(bench: Workbench, secret: string): string {
  const key = bench.verifier.find(secret) ?? assert.fail();
  const { code, outcome } = decide(key, { api: "acme" }, bench.clock.now());
  return outcome === "denied" ? `${code}: ${describeDenial(code, key)}` : code;
}

test("where a policy asks for it, a new token is refused as not yet valid until it has been approved", async (t) => {
  const { bench, token, params } = await openAsking(t);
  assert.equal(token.status, "pending");
  assert.equal(verdictOf(bench, token.secret), "not_yet_valid: The key waits for an approval");
  const waiting = await bench.read(bench.operator, "tokens.list", { query: { status: "pending" } });
  assert.deepEqual(
    waiting.data.map(({ id }) => id),
    [token.id],
  );
  const body = { reason: "for the export" };
  await bench.write(bench.operator, "tokens.approve", { params, body });
  assert.equal(verdictOf(bench, token.secret), "allowed");
  const none = await bench.read(bench.operator, "tokens.list", { query: { status: "pending" } });
  assert.deepEqual(none.data, []);
  await assertFails(
    bench.write(bench.operator, "tokens.deny", { params, body: { reason: "too late" } }),
    "key_not_pending",
  );
});

test("a denied token is revoked with the reason, and is not approved any more", async (t) => {
  const { bench, token, params } = await openAsking(t);
  const body = { reason: "unknown to us" };
  const denied = await bench.write(bench.operator, "tokens.deny", { params, body });
  assert.deepEqual([denied.status, denied.revoked_reason], ["revoked", "unknown to us"]);
  assert.equal(verdictOf(bench, token.secret), "revoked: The key has been revoked");
  await assertFails(bench.write(bench.operator, "tokens.approve", { params }), "key_revoked");
});

test("nothing but an approval makes a pending token work: not to enable it, and not to renew it", async (t) => {
  const { bench, token, params } = await openAsking(t);
  const key = { params: { key: token.id } };
  await bench.write(bench.operator, "keys.disable", key);
  await bench.write(bench.operator, "keys.enable", key);
  const renewed = await bench.write(bench.operator, "tokens.renew", { params });
  for (const { secret } of [token, renewed]) {
    assert.equal(verdictOf(bench, secret), "not_yet_valid: The key waits for an approval");
  }
});

test("a pending token that has ended is not approved", async (t) => {
  const { bench, params } = await openAsking(t);
  bench.clock.advanceSeconds(400 * 86_400);
  await assertFails(bench.write(bench.operator, "tokens.approve", { params }), "key_expired");
});

test("nobody approves the token that they call with", async (t) => {
  const { bench } = await openAsking(t);
  const { caller } = await createManager(bench, ["tokens:approve"]);
  const { items } = await bench.storage.reader.listKeys(
    caller.scope,
    { now: bench.clock.now(), kind: "pat" },
    { limit: 1, after: null },
  );
  const id = items[0]?.value.id ?? assert.fail();
  const own = { ...caller, keyId: id };
  await assertFails(bench.write(own, "tokens.approve", { params: { token: id } }), "own_key");
  assert.equal(
    (await bench.write(caller, "tokens.approve", { params: { token: id } })).status,
    "active",
  );
});
