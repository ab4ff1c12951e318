import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { assertFails, createAcme, createAcmeKey, openWorkbench } from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";

async function openWithKey(t: TestContext, fields: Parameters<typeof createAcmeKey>[1] = {}) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  return { bench, key: await createAcmeKey(bench, fields) };
}

function rotate(bench: Workbench, key: string, body: Wire<"keys.rotate">["body"] = {}) {
  return bench.write(bench.operator, "keys.rotate", { params: { key }, body });
}

function verdictOf(bench: Workbench, secret: string): string {
  return bench.verifier.verify(bench.operator.scope, secret, {}, bench.clock.now()).code;
}

test("a rotated key keeps its id and policy; both secrets work until the overlap ends", async (t) => {
  const { bench, key } = await openWithKey(t, { scopes: ["invoices:read"] });
  const rotated = await rotate(bench, key.id, { overlap_seconds: 3_600 });
  assert.equal(rotated.id, key.id);
  assert.deepEqual(rotated.scopes, ["invoices:read"]);
  assert.notEqual(rotated.secret, key.secret);
  assert.equal(rotated.hint, rotated.secret.slice(-4));
  assert.deepEqual(rotated.previous, {
    id: key.secrets[0]?.id,
    hint: key.hint,
    expires_at: "2026-01-01T01:00:00.000Z",
  });
  bench.clock.advanceSeconds(3_599.999);
  assert.equal(verdictOf(bench, key.secret), "allowed");
  bench.clock.advanceSeconds(0.001);
  assert.equal(verdictOf(bench, key.secret), "expired");
  assert.equal(verdictOf(bench, rotated.secret), "allowed");
});

test("without an overlap the old secret is refused at once; left out, it works for a day", async (t) => {
  const { bench, key } = await openWithKey(t);
  const second = await rotate(bench, key.id, { overlap_seconds: 0 });
  assert.equal(second.previous.expires_at, "2026-01-01T00:00:00.000Z");
  assert.equal(verdictOf(bench, key.secret), "expired");
  const third = await rotate(bench, key.id);
  assert.equal(third.previous.expires_at, "2026-01-02T00:00:00.000Z");
  assert.equal(third.previous.hint, second.hint);
});

test("T15: an overlap ends with the key at the latest", async (t) => {
  const { bench, key } = await openWithKey(t, { expires_at: "2026-01-01T00:30:00Z" });
  const rotated = await rotate(bench, key.id, { overlap_seconds: 3_600 });
  assert.equal(rotated.previous.expires_at, "2026-01-01T00:30:00.000Z");
  // A later end of the key is not meant for the secret that was on its way out.
  await bench.write(bench.operator, "keys.update", {
    params: { key: key.id },
    body: { expires_at: "2027-01-01T00:00:00Z" },
  });
  bench.clock.advanceSeconds(1_800);
  assert.equal(verdictOf(bench, key.secret), "expired");
  assert.equal(verdictOf(bench, rotated.secret), "allowed");
});

test("T15: an overlap never lengthens the life of a secret that ends earlier", async (t) => {
  const { bench, key } = await openWithKey(t);
  const added = await bench.write(bench.operator, "keys.secrets.add", {
    params: { key: key.id },
    body: { expires_at: "2026-01-01T00:10:00Z" },
  });
  const rotated = await rotate(bench, key.id, { overlap_seconds: 3_600, force: true });
  assert.deepEqual(
    rotated.secrets.map(({ hint, expires_at }) => [hint, expires_at]),
    [
      [key.hint, "2026-01-01T01:00:00.000Z"],
      [added.hint, "2026-01-01T00:10:00.000Z"],
      [rotated.hint, null],
    ],
  );
});

test("T15: while an overlap runs, a further rotation needs force, which only shortens", async (t) => {
  const { bench, key } = await openWithKey(t);
  const second = await rotate(bench, key.id, { overlap_seconds: 600 });
  await assertFails(rotate(bench, key.id), "rotation_in_progress");
  const third = await rotate(bench, key.id, { overlap_seconds: 60, force: true });
  bench.clock.advanceSeconds(60);
  assert.equal(verdictOf(bench, key.secret), "expired");
  assert.equal(verdictOf(bench, second.secret), "expired");
  assert.equal(verdictOf(bench, third.secret), "allowed");
});

test("once the overlap has ended, a rotation needs no force and lets the ended secret go", async (t) => {
  const { bench, key } = await openWithKey(t);
  const second = await rotate(bench, key.id, { overlap_seconds: 60 });
  bench.clock.advanceSeconds(60);
  const third = await rotate(bench, key.id, { overlap_seconds: 60 });
  assert.deepEqual(
    third.secrets.map(({ hint }) => hint),
    [second.hint, third.hint],
  );
  assert.equal(verdictOf(bench, key.secret), "unknown");
});

test("a key with as many working secrets as it may have takes no further one with an overlap", async (t) => {
  const { bench, key } = await openWithKey(t);
  for (let count = 1; count < 5; count++) {
    await bench.write(bench.operator, "keys.secrets.add", { params: { key: key.id } });
  }
  await assertFails(rotate(bench, key.id, { overlap_seconds: 1 }), "too_many_secrets");
});

test("a leaked key can be rotated at once, however many secrets it has", async (t) => {
  const { bench, key } = await openWithKey(t);
  const old = [key.secret];
  for (let count = 1; count < 5; count++) {
    const added = await bench.write(bench.operator, "keys.secrets.add", {
      params: { key: key.id },
    });
    old.push(added.secret);
  }
  const rotated = await rotate(bench, key.id, { overlap_seconds: 0 });
  assert.equal(verdictOf(bench, rotated.secret), "allowed");
  for (const secret of old) assert.equal(verdictOf(bench, secret), "expired");
});

test("T15: a revoked key is not rotated, nor an expired one; a disabled one is, and stays disabled", async (t) => {
  const { bench, key } = await openWithKey(t, { expires_at: "2026-01-01T01:00:00Z" });
  const params = { key: key.id };
  await bench.write(bench.operator, "keys.disable", { params });
  const rotated = await rotate(bench, key.id);
  assert.equal(rotated.status, "disabled");
  assert.equal(verdictOf(bench, rotated.secret), "disabled");
  bench.clock.advanceSeconds(3_600);
  await assertFails(rotate(bench, key.id, { force: true }), "key_expired");
  await bench.write(bench.operator, "keys.revoke", { params });
  await assertFails(rotate(bench, key.id, { force: true }), "key_revoked");
});

test("a rotation on what has changed since is refused", async (t) => {
  const { bench, key } = await openWithKey(t);
  const params = { key: key.id };
  const rotated = await bench.write(bench.operator, "keys.rotate", { params, ifMatch: key.rev });
  const again = { params, body: { force: true }, ifMatch: key.rev };
  await assertFails(bench.write(bench.operator, "keys.rotate", again), "precondition_failed");
  assert.equal(rotated.rev, key.rev + 1);
});

test("T15: of two rotations at the same time one is refused, and the other's secret works", async (t) => {
  const { bench, key } = await openWithKey(t);
  const outcomes = await Promise.allSettled([rotate(bench, key.id), rotate(bench, key.id)]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const winner = outcomes.find((outcome) => outcome.status === "fulfilled");
  assert.equal(verdictOf(bench, winner?.value.secret ?? ""), "allowed");
});

test("T15: a rotation and a revocation at the same time leave the key revoked, whichever comes first", async (t) => {
  const { bench, key } = await openWithKey(t);
  const other = await createAcmeKey(bench);
  const revoke = (id: string) =>
    bench.write(bench.operator, "keys.revoke", { params: { key: id } });
  const [rotated] = await Promise.allSettled([rotate(bench, key.id), revoke(key.id)]);
  await Promise.allSettled([revoke(other.id), rotate(bench, other.id)]);
  assert.equal(verdictOf(bench, key.secret), "revoked");
  assert.equal(verdictOf(bench, other.secret), "revoked");
  assert.equal(rotated.status, "fulfilled");
  if (rotated.status === "fulfilled")
    assert.equal(verdictOf(bench, rotated.value.secret), "revoked");
});
