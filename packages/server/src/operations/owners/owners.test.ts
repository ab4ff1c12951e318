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
import type { Wire, Workbench } from "../../testing/workbench.ts";

async function openWithOwner(t: TestContext) {
  const bench = await openWorkbench(t);
  bench.clock.advanceSeconds(1);
  const owner = await create(bench, { external_id: "customer-1", name: "Customer One" });
  return { bench, owner, params: { owner: "customer-1" } };
}

function create(bench: Workbench, body: Wire<"owners.create">["body"]) {
  return bench.write(bench.operator, "owners.create", body === undefined ? {} : { body });
}

test("an owner is created as asked for, and is an app unless said otherwise", async (t) => {
  const { bench, owner } = await openWithOwner(t);
  assert.deepEqual(owner, {
    id: owner.id,
    external_id: "customer-1",
    type: "app",
    name: "Customer One",
    status: "active",
    plan: null,
    plan_id: null,
    limits: [],
    rights: null,
    metadata: {},
    created_at: "2026-01-01T00:00:01.000Z",
    updated_at: "2026-01-01T00:00:01.000Z",
    rev: owner.rev,
  });
  const user = await create(bench, { external_id: "u1", type: "user", metadata: { seats: 3 } });
  assert.deepEqual([user.type, user.name, user.metadata], ["user", null, { seats: 3 }]);
  for (const reference of ["customer-1", owner.id]) {
    const params = { owner: reference };
    assert.deepEqual(await bench.read(bench.operator, "owners.get", { params }), owner);
  }
});

test("an external id is taken once in a workspace, letter case counting, and free in another", async (t) => {
  const { bench } = await openWithOwner(t);
  await assertFails(create(bench, { external_id: "customer-1" }), "external_id_taken");
  await create(bench, { external_id: "Customer-1" });
  const { caller } = await createTenant(bench);
  await bench.write(caller, "owners.create", { body: { external_id: "customer-1" } });
});

test("an external id that could be one of Keyward's own is refused", async (t) => {
  const { bench } = await openWithOwner(t);
  const reserved = create(bench, { external_id: "own_01kdvdna0004hmasw9nf6yy07z" });
  await assertFails(reserved, "invalid_request", { pointer: "/external_id", code: "reserved" });
  await create(bench, { external_id: "own_business" });
});

test("a change keeps what is left out, and null clears the name", async (t) => {
  const { bench, owner, params } = await openWithOwner(t);
  const body = { name: null, metadata: { plan: "pro" } };
  const after = await bench.write(bench.operator, "owners.update", { params, body });
  assert.deepEqual(after, { ...owner, name: null, metadata: { plan: "pro" }, rev: owner.rev + 1 });
});

test("a disabled owner's keys are refused at once, and accepted at once when it is enabled", async (t) => {
  const { bench, params } = await openWithOwner(t);
  await createAcme(bench);
  const key = await createAcmeKey(bench, { owner: "customer-1" });
  const other = await createAcmeKey(bench, { owner: "customer-2" });
  const verdictOf = (secret: string) =>
    bench.verifier.verify(bench.operator.scope, secret, {}, bench.clock.now()).code;
  const disabled = await bench.write(bench.operator, "owners.disable", { params });
  assert.equal(disabled.status, "disabled");
  assert.equal(verdictOf(key.secret), "disabled");
  assert.equal(verdictOf(other.secret), "allowed");
  const again = await bench.write(bench.operator, "owners.disable", { params });
  assert.deepEqual(again, disabled);
  assert.equal((await bench.write(bench.operator, "owners.enable", { params })).status, "active");
  assert.equal(verdictOf(key.secret), "allowed");
});

test("an owner of one's own key is not disabled", async (t) => {
  const { bench } = await openWithOwner(t);
  const disabling = bench.write(bench.operator, "owners.disable", {
    params: { owner: "operator" },
  });
  await assertFails(disabling, "own_key");
});

test("an owner is deleted once it has no keys, revoked ones included", async (t) => {
  const { bench, params } = await openWithOwner(t);
  await createAcme(bench);
  const key = await createAcmeKey(bench, { owner: "customer-1" });
  await assertFails(bench.write(bench.operator, "owners.delete", { params }), "in_use");
  await bench.write(bench.operator, "keys.revoke", { params: { key: key.id } });
  await assertFails(bench.write(bench.operator, "owners.delete", { params }), "in_use");
  await bench.write(bench.operator, "keys.delete", { params: { key: key.id } });
  await bench.write(bench.operator, "owners.delete", { params });
  await assertFails(bench.read(bench.operator, "owners.get", { params }), "not_found");
  await create(bench, { external_id: "customer-1" });
});

test("a change of what has changed since is refused", async (t) => {
  const { bench, owner, params } = await openWithOwner(t);
  await bench.write(bench.operator, "owners.disable", { params, ifMatch: owner.rev });
  const ifMatch = owner.rev;
  const stale = [
    bench.write(bench.operator, "owners.update", { params, body: {}, ifMatch }),
    bench.write(bench.operator, "owners.disable", { params, ifMatch }),
    bench.write(bench.operator, "owners.enable", { params, ifMatch }),
    bench.write(bench.operator, "owners.delete", { params, ifMatch }),
  ];
  for (const work of stale) await assertFails(work, "precondition_failed");
});

test("owners are listed newest first, found by external id or name, and paged", async (t) => {
  const { bench } = await openWithOwner(t);
  for (const external_id of ["customer-2", "someone"]) {
    bench.clock.advanceSeconds(1);
    await create(bench, { external_id });
  }
  const list = async (query: Wire<"owners.list">["query"]) => {
    const page = await bench.read(bench.operator, "owners.list", { query: query ?? {} });
    return { names: page.data.map(({ external_id }) => external_id), next: page.next_cursor };
  };
  assert.deepEqual((await list({ q: "customer" })).names, ["customer-2", "customer-1"]);
  assert.deepEqual((await list({ q: "CUSTOMER ONE" })).names, ["customer-1"]);
  for (const q of ["%", "c_stomer"]) assert.deepEqual((await list({ q })).names, [], q);
  const first = await list({ limit: "2" });
  assert.deepEqual(first.names, ["someone", "customer-2"]);
  const rest = await list({ limit: "2", cursor: first.next ?? "" });
  assert.deepEqual(rest, { names: ["customer-1", "operator"], next: null });
});

test("K6: another workspace's owner is not found, by neither id", async (t) => {
  const { bench, owner } = await openWithOwner(t);
  const { caller } = await createTenant(bench);
  for (const reference of [owner.id, "customer-1"]) {
    const params = { owner: reference };
    await assertFails(bench.read(caller, "owners.get", { params }), "not_found");
    await assertFails(bench.write(caller, "owners.update", { params, body: {} }), "not_found");
    for (const id of ["owners.disable", "owners.enable", "owners.delete"] as const) {
      await assertFails(bench.write(caller, id, { params }), "not_found");
    }
  }
});
