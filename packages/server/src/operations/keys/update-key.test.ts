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

const FULL = {
  scopes: ["invoices:read"],
  roles: ["reader"],
  restrictions: { ips: ["203.0.113.0/24"] },
  metadata: { plan: "pro" },
  expires_at: "2027-01-01T00:00:00Z",
};

async function openWithKey(t: TestContext, fields: Parameters<typeof createAcmeKey>[1] = FULL) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  for (const name of ["reader", "lister"]) {
    await bench.write(bench.operator, "roles.create", {
      body: { api: "acme", name, scopes: ["reports:list"] },
    });
  }
  return { bench, key: await createAcmeKey(bench, fields) };
}

function update(
  bench: Workbench,
  key: string,
  body: Wire<"keys.update">["body"],
  ifMatch?: number,
) {
  const wire = { params: { key }, body: body ?? {} };
  return bench.write(
    bench.operator,
    "keys.update",
    ifMatch === undefined ? wire : { ...wire, ifMatch },
  );
}

test("what is left out stays", async (t) => {
  const { bench, key } = await openWithKey(t);
  bench.clock.advanceSeconds(1);
  const { secret: _, ...before } = key;
  const after = await update(bench, key.id, { name: "staging" });
  assert.deepEqual(after, {
    ...before,
    name: "staging",
    updated_at: "2026-01-01T00:00:01.000Z",
    rev: key.rev + 1,
  });
});

test("null clears what may be absent, and an empty list or object empties", async (t) => {
  const { bench, key } = await openWithKey(t);
  const after = await update(bench, key.id, {
    restrictions: null,
    expires_at: null,
    scopes: [],
    roles: [],
    metadata: {},
  });
  assert.equal(after.restrictions, null);
  assert.equal(after.expires_at, null);
  assert.deepEqual([after.scopes, after.roles, after.metadata], [[], [], {}]);
});

test("every change counts from the answer on", async (t) => {
  const { bench, key } = await openWithKey(t, {});
  const decide = (request: Parameters<typeof bench.verifier.verify>[2]) =>
    bench.verifier.verify(bench.operator.scope, key.secret, request, bench.clock.now()).code;
  const needs = { scopes: { all: ["invoices:read"] } };
  assert.equal(decide(needs), "insufficient_scope");
  await update(bench, key.id, { scopes: ["invoices:*"] });
  assert.equal(decide(needs), "allowed");
  await update(bench, key.id, { scopes: [], roles: ["reader"] });
  assert.equal(decide(needs), "insufficient_scope");
  assert.equal(decide({ scopes: { all: ["reports:list"] } }), "allowed");
  await update(bench, key.id, { restrictions: { ips: ["203.0.113.0/24"] } });
  assert.equal(decide({}), "ip_not_allowed");
  await update(bench, key.id, { restrictions: null, expires_at: "2026-01-01T00:01:00Z" });
  bench.clock.advanceSeconds(60);
  assert.equal(decide({}), "expired");
  await update(bench, key.id, { expires_at: null });
  assert.equal(decide({}), "allowed");
});

test("what would be refused at creation is refused here", async (t) => {
  const { bench, key } = await openWithKey(t);
  const refused = [
    [{ scopes: ["invoices:delete"] }, { pointer: "/scopes/0", code: "unknown_scope" }],
    [{ roles: ["reader", "writer"] }, { pointer: "/roles/1", code: "unknown_role" }],
    [{ expires_at: "2026-01-01T00:00:00Z" }, { pointer: "/expires_at", code: "in_the_past" }],
  ] as const;
  for (const [body, problem] of refused) {
    const wire = structuredClone(body) as Wire<"keys.update">["body"];
    await assertFails(update(bench, key.id, wire), "invalid_request", problem);
  }
  await assertFails(update(bench, key.id, { owner: "nobody" }), "not_found");
});

test("T36: a publishable key does not come to write", async (t) => {
  const { bench, key } = await openWithKey(t, { kind: "publishable", scopes: ["invoices:read"] });
  await assertFails(update(bench, key.id, { scopes: ["invoices:write"] }), "invalid_request", {
    pointer: "/scopes/0",
    code: "not_publishable",
  });
  await assertFails(update(bench, key.id, { roles: ["reader"] }), "invalid_request", {
    pointer: "/roles",
    code: "not_publishable",
  });
});

test("a key moves to an owner that there is, and follows that owner's state", async (t) => {
  const { bench, key } = await openWithKey(t, {});
  await bench.write(bench.operator, "owners.create", { body: { external_id: "customer-2" } });
  const moved = await update(bench, key.id, { owner: "customer-2" });
  assert.equal(moved.owner, "customer-2");
  await bench.write(bench.operator, "owners.disable", { params: { owner: "customer-2" } });
  const { scope } = bench.operator;
  assert.equal(bench.verifier.verify(scope, key.secret, {}, bench.clock.now()).code, "disabled");
});

test("no key moves to a disabled owner, nor away from one to work again", async (t) => {
  const { bench, key } = await openWithKey(t, {});
  const disable = (owner: string) =>
    bench.write(bench.operator, "owners.disable", { params: { owner } });
  await bench.write(bench.operator, "owners.create", { body: { external_id: "customer-2" } });
  await disable("customer-2");
  await assertFails(update(bench, key.id, { owner: "customer-2" }), "owner_disabled");
  await bench.write(bench.operator, "owners.enable", { params: { owner: "customer-2" } });
  await disable("customer-1");
  await assertFails(update(bench, key.id, { owner: "customer-2" }), "owner_disabled");
  await update(bench, key.id, { owner: "customer-1", name: "stays" });
});

test("a change on what has changed since is refused; on what has been read it is made", async (t) => {
  const { bench, key } = await openWithKey(t);
  const after = await update(bench, key.id, { name: "one" }, key.rev);
  await assertFails(update(bench, key.id, { name: "two" }, key.rev), "precondition_failed");
  assert.equal((await update(bench, key.id, { name: "two" }, after.rev)).name, "two");
});

test("a scope that has left the catalogue is kept, but no longer granted", async (t) => {
  const { bench, key } = await openWithKey(t);
  await bench.write(bench.operator, "apis.scopes.remove", {
    params: { api: "acme", scope: "invoices:read" },
  });
  assert.deepEqual((await update(bench, key.id, { name: "kept" })).scopes, ["invoices:read"]);
  await assertFails(update(bench, key.id, { scopes: ["invoices:read"] }), "invalid_request");
});

test("K6: another workspace's owner is not found", async (t) => {
  const { bench } = await openWithKey(t);
  const { workspace, caller } = await createTenant(bench);
  const other = await bench.write(caller, "keys.create", {
    body: { api: "keyward", name: "theirs", owner: "team", scopes: [] },
  });
  const owner = (
    await bench.read(bench.operator, "owners.get", { params: { owner: "customer-1" } })
  ).id;
  assert.notEqual(workspace.id, bench.operator.scope);
  const moving = bench.write(caller, "keys.update", { params: { key: other.id }, body: { owner } });
  await assertFails(moving, "not_found");
});
