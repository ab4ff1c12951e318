import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { OperationError } from "@keyward/core/failure/failures";
import { assertFails, createAcme, createAcmeKey, openWorkbench } from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";

async function openWithKey(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  return { bench, key: await createAcmeKey(bench) };
}

function add(bench: Workbench, key: string, body: Wire<"keys.secrets.add">["body"] = {}) {
  return bench.write(bench.operator, "keys.secrets.add", { params: { key }, body });
}

function remove(bench: Workbench, key: string, secret: string) {
  return bench.write(bench.operator, "keys.secrets.remove", { params: { key, secret } });
}

function verdictOf(bench: Workbench, secret: string): string {
  return bench.verifier.verify(bench.operator.scope, secret, {}, bench.clock.now()).code;
}

test("an added secret works beside the others, which stay as they are", async (t) => {
  const { bench, key } = await openWithKey(t);
  const added = await add(bench, key.id);
  assert.equal(added.key, key.id);
  assert.equal(added.hint, added.secret.slice(-4));
  assert.equal(verdictOf(bench, key.secret), "allowed");
  assert.equal(verdictOf(bench, added.secret), "allowed");
  const { data } = await bench.read(bench.operator, "keys.secrets.list", {
    params: { key: key.id },
  });
  assert.deepEqual(
    data.map(({ id, expires_at }) => [id, expires_at]),
    [
      [key.secrets[0]?.id, null],
      [added.id, null],
    ],
  );
});

test("an added secret works from its start to its end", async (t) => {
  const { bench, key } = await openWithKey(t);
  const { secret, status } = await add(bench, key.id, {
    not_before: "2026-01-01T00:01:00Z",
    expires_at: "2026-01-01T00:02:00Z",
  });
  assert.equal(status, "not_yet_valid");
  assert.equal(verdictOf(bench, secret), "not_yet_valid");
  bench.clock.advanceSeconds(60);
  assert.equal(verdictOf(bench, secret), "allowed");
  bench.clock.advanceSeconds(60);
  assert.equal(verdictOf(bench, secret), "expired");
});

test("a life that would never begin is refused", async (t) => {
  const { bench, key } = await openWithKey(t);
  await assertFails(add(bench, key.id, { expires_at: "2026-01-01T00:00:00Z" }), "invalid_request", {
    pointer: "/expires_at",
    code: "in_the_past",
  });
  const backwards = { not_before: "2026-01-02T00:00:00Z", expires_at: "2026-01-02T00:00:00Z" };
  await assertFails(add(bench, key.id, backwards), "invalid_request", {
    pointer: "/not_before",
    code: "after_the_end",
  });
});

test("a key has at most five working secrets; ended ones make room", async (t) => {
  const { bench, key } = await openWithKey(t);
  await add(bench, key.id, { expires_at: "2026-01-01T00:01:00Z" });
  for (let count = 2; count < 5; count++) await add(bench, key.id);
  await assertFails(add(bench, key.id), "too_many_secrets");
  bench.clock.advanceSeconds(60);
  await add(bench, key.id);
  await assertFails(add(bench, key.id), "too_many_secrets");
});

test("a removed secret is unknown at once, and the others work on", async (t) => {
  const { bench, key } = await openWithKey(t);
  const added = await add(bench, key.id);
  await remove(bench, key.id, key.secrets[0]?.id ?? "");
  assert.equal(verdictOf(bench, key.secret), "unknown");
  assert.equal(verdictOf(bench, added.secret), "allowed");
});

test("the last secret is not removed, nor the last that works", async (t) => {
  const { bench, key } = await openWithKey(t);
  const first = key.secrets[0]?.id ?? "";
  await assertFails(remove(bench, key.id, first), "last_secret");
  const rotated = await bench.write(bench.operator, "keys.rotate", {
    params: { key: key.id },
    body: { overlap_seconds: 0 },
  });
  const second = rotated.secrets.at(-1)?.id ?? "";
  await assertFails(remove(bench, key.id, second), "last_secret");
  await remove(bench, key.id, first);
  assert.equal(verdictOf(bench, rotated.secret), "allowed");
});

test("a secret of another key, and text that is no id, are not found", async (t) => {
  const { bench, key } = await openWithKey(t);
  const other = await createAcmeKey(bench);
  await add(bench, key.id);
  await assertFails(remove(bench, key.id, other.secrets[0]?.id ?? ""), "not_found");
  await assertFails(remove(bench, key.id, "sec_1"), "not_found");
  await assertFails(remove(bench, "key_1", key.secrets[0]?.id ?? ""), "not_found");
  await assertFails(add(bench, "key_1"), "not_found");
});

test("the secrets of a key that has ended are shown as ended", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const ending = await createAcmeKey(bench, { expires_at: "2026-01-01T00:01:00Z" });
  const revoked = await createAcmeKey(bench);
  await bench.write(bench.operator, "keys.revoke", { params: { key: revoked.id } });
  bench.clock.advanceSeconds(60);
  const statusOf = async (key: string) => {
    const wire = { params: { key } };
    const { secrets } = await bench.read(bench.operator, "keys.get", wire);
    const { data } = await bench.read(bench.operator, "keys.secrets.list", wire);
    return [...secrets, ...data].map(({ status }) => status);
  };
  assert.deepEqual(await statusOf(ending.id), ["expired", "expired"]);
  assert.deepEqual(await statusOf(revoked.id), ["revoked", "revoked"]);
});

test("an end that has passed is refused in the words of what it is the end of", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const key = await createAcmeKey(bench);
  const past = { expires_at: "2025-12-31T00:00:00Z" };
  const adding = bench.write(bench.operator, "keys.secrets.add", {
    params: { key: key.id },
    body: past,
  });
  const failure = await adding.catch((error: unknown) => error);
  assert.ok(failure instanceof OperationError);
  assert.deepEqual(failure.problems, [
    {
      pointer: "/expires_at",
      code: "in_the_past",
      detail: "The secret would have ended before it began",
    },
  ]);
});

test("T15: a revoked key takes no secret, nor an expired one", async (t) => {
  const { bench, key } = await openWithKey(t);
  const ending = await createAcmeKey(bench, { expires_at: "2026-01-01T00:01:00Z" });
  bench.clock.advanceSeconds(60);
  await assertFails(add(bench, ending.id), "key_expired");
  await bench.write(bench.operator, "keys.revoke", { params: { key: key.id } });
  await assertFails(add(bench, key.id), "key_revoked");
});
