import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import type { Workbench } from "../../testing/workbench.ts";

async function openWithKey(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const key = await createAcmeKey(bench);
  return { bench, key, params: { key: key.id } };
}

function verdictOf(bench: Workbench, secret: string): string {
  return bench.verifier.verify(bench.operator.scope, secret, {}, bench.clock.now()).code;
}

test("K2: a revocation that is answered is refused from then on", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  bench.clock.advanceSeconds(60);
  const body = { reason: "leaked" };
  const revoked = await bench.write(bench.operator, "keys.revoke", { params, body });
  assert.equal(verdictOf(bench, key.secret), "revoked");
  assert.equal(revoked.status, "revoked");
  assert.equal(revoked.revoked_at, "2026-01-01T00:01:00.000Z");
  assert.equal(revoked.revoked_reason, "leaked");
});

test("revoking again changes nothing: the first instant and reason stay", async (t) => {
  const { bench, params } = await openWithKey(t);
  const first = await bench.write(bench.operator, "keys.revoke", {
    params,
    body: { reason: "leaked" },
  });
  const changes = bench.changes.length;
  bench.clock.advanceSeconds(60);
  const second = await bench.write(bench.operator, "keys.revoke", {
    params,
    body: { reason: "by mistake" },
  });
  assert.deepEqual(second, first);
  assert.equal(bench.changes.length, changes);
});

test("a reason may be left out", async (t) => {
  const { bench, params } = await openWithKey(t);
  const revoked = await bench.write(bench.operator, "keys.revoke", { params });
  assert.equal(revoked.revoked_reason, null);
});

test("T15: nothing leads back from revoked", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  await bench.write(bench.operator, "keys.revoke", { params });
  await assertFails(bench.write(bench.operator, "keys.enable", { params }), "key_revoked");
  await assertFails(bench.write(bench.operator, "keys.disable", { params }), "key_revoked");
  const body = { expires_at: null };
  await assertFails(bench.write(bench.operator, "keys.update", { params, body }), "key_revoked");
  assert.equal(verdictOf(bench, key.secret), "revoked");
});

test("a disabled key is refused until it is enabled", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  assert.equal((await bench.write(bench.operator, "keys.disable", { params })).status, "disabled");
  assert.equal(verdictOf(bench, key.secret), "disabled");
  assert.equal((await bench.write(bench.operator, "keys.enable", { params })).status, "active");
  assert.equal(verdictOf(bench, key.secret), "allowed");
});

test("a step that leads nowhere new writes nothing and answers with what is", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  const enabled = await bench.write(bench.operator, "keys.enable", { params });
  assert.equal(enabled.rev, key.rev);
  const disabled = await bench.write(bench.operator, "keys.disable", { params });
  const again = await bench.write(bench.operator, "keys.disable", { params });
  assert.deepEqual(again, disabled);
  assert.equal(disabled.rev, key.rev + 1);
});

test("a step on what has changed since is refused, revoking included", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  await bench.write(bench.operator, "keys.disable", { params, ifMatch: key.rev });
  for (const id of ["keys.enable", "keys.disable", "keys.revoke", "keys.delete"] as const) {
    const stale = bench.write(bench.operator, id, { params, ifMatch: key.rev });
    await assertFails(stale, "precondition_failed");
  }
  await bench.write(bench.operator, "keys.enable", { params, ifMatch: key.rev + 1 });
});

test("only a revoked key is deleted; it is then unknown, and its audit events stay", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  await assertFails(bench.write(bench.operator, "keys.delete", { params }), "key_not_revoked");
  await bench.write(bench.operator, "keys.disable", { params });
  await assertFails(bench.write(bench.operator, "keys.delete", { params }), "key_not_revoked");
  await bench.write(bench.operator, "keys.revoke", { params });
  await bench.write(bench.operator, "keys.delete", { params });
  assert.equal(verdictOf(bench, key.secret), "unknown");
  await assertFails(bench.read(bench.operator, "keys.get", { params }), "not_found");
  const { data } = await bench.read(bench.operator, "audit.list", { query: { target: key.id } });
  assert.deepEqual(
    data.map(({ action }) => action),
    ["key.deleted", "key.revoked", "key.disabled", "key.created"],
  );
});

test("K6, T03: another workspace's key is not found by any operation", async (t) => {
  const { bench, key, params } = await openWithKey(t);
  const { caller } = await createTenant(bench);
  const ids = ["keys.revoke", "keys.disable", "keys.enable", "keys.delete", "keys.rotate"] as const;
  for (const id of [...ids, "keys.update", "keys.secrets.add"] as const) {
    await assertFails(bench.write(caller, id, { params, body: {} }), "not_found");
  }
  await assertFails(bench.read(caller, "keys.get", { params }), "not_found");
  await assertFails(bench.read(caller, "keys.secrets.list", { params }), "not_found");
  const secret = { ...params, secret: key.secrets[0]?.id ?? "" };
  const removing = bench.write(caller, "keys.secrets.remove", { params: secret });
  await assertFails(removing, "not_found");
  assert.equal(verdictOf(bench, key.secret), "allowed");
});
