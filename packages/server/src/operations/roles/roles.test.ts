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

async function openWithRole(t: TestContext) {
  const bench = await openWorkbench(t);
  const api = await createAcme(bench);
  const role = await create(bench);
  return { bench, api, role, params: { role: role.id } };
}

function create(bench: Workbench, fields: Partial<Wire<"roles.create">["body"]> = {}) {
  return bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "reader", scopes: ["invoices:read"], ...fields },
  });
}

test("a role is created as asked for", async (t) => {
  const { bench, api, role, params } = await openWithRole(t);
  assert.deepEqual(role, {
    id: role.id,
    api: "acme",
    api_id: api.id,
    name: "reader",
    description: null,
    scopes: ["invoices:read"],
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    rev: role.rev,
  });
  assert.deepEqual(await bench.read(bench.operator, "roles.get", { params }), role);
});

test("a name is taken once in an api, and free in another", async (t) => {
  const { bench } = await openWithRole(t);
  await assertFails(create(bench), "name_taken");
  await createAcme(bench, { prefix: "beta" });
  await create(bench, { api: "beta" });
  const writer = await create(bench, { name: "writer" });
  const params = { role: writer.id };
  const renaming = bench.write(bench.operator, "roles.update", {
    params,
    body: { name: "reader" },
  });
  await assertFails(renaming, "name_taken");
});

test("T10: a role grants nothing that the api's catalogue does not hold", async (t) => {
  const { bench, params } = await openWithRole(t);
  const problem = { pointer: "/scopes/1", code: "unknown_scope" };
  const scopes = ["invoices:read", "invoices:delete"];
  await assertFails(create(bench, { name: "other", scopes }), "invalid_request", problem);
  const updating = bench.write(bench.operator, "roles.update", { params, body: { scopes } });
  await assertFails(updating, "invalid_request", problem);
});

test("the built-in api takes no role", async (t) => {
  const { bench } = await openWithRole(t);
  await assertFails(create(bench, { api: "keyward", scopes: ["keys:read"] }), "built_in");
});

test("every key that has a role follows its change at once", async (t) => {
  const { bench, params } = await openWithRole(t);
  const key = await createAcmeKey(bench, { roles: ["reader"] });
  const verdictOf = (scope: string) => {
    const request = { scopes: { all: [scope] } };
    const now = bench.clock.now();
    return bench.verifier.verify(bench.operator.scope, key.secret, request, now).code;
  };
  assert.equal(verdictOf("invoices:read"), "allowed");
  await bench.write(bench.operator, "roles.update", { params, body: { scopes: ["reports:list"] } });
  assert.equal(verdictOf("invoices:read"), "insufficient_scope");
  assert.equal(verdictOf("reports:list"), "allowed");
});

test("a change keeps what is left out, and null clears the description", async (t) => {
  const { bench, role, params } = await openWithRole(t);
  const body = { name: "lister", description: "Lists" };
  const named = await bench.write(bench.operator, "roles.update", { params, body });
  assert.deepEqual(named, { ...role, ...body, rev: role.rev + 1 });
  const cleared = await bench.write(bench.operator, "roles.update", {
    params,
    body: { description: null },
  });
  assert.deepEqual(cleared, { ...named, description: null, rev: role.rev + 2 });
});

test("a role is deleted once no key has it, revoked ones included", async (t) => {
  const { bench, params } = await openWithRole(t);
  const key = await createAcmeKey(bench, { roles: ["reader"] });
  await bench.write(bench.operator, "keys.revoke", { params: { key: key.id } });
  await assertFails(bench.write(bench.operator, "roles.delete", { params }), "in_use");
  await bench.write(bench.operator, "keys.delete", { params: { key: key.id } });
  await bench.write(bench.operator, "roles.delete", { params });
  await assertFails(bench.read(bench.operator, "roles.get", { params }), "not_found");
});

test("a change of what has changed since is refused", async (t) => {
  const { bench, role, params } = await openWithRole(t);
  const ifMatch = role.rev;
  const body = { description: "Reads" };
  await bench.write(bench.operator, "roles.update", { params, body, ifMatch });
  const updating = bench.write(bench.operator, "roles.update", { params, body: {}, ifMatch });
  await assertFails(updating, "precondition_failed");
  await assertFails(
    bench.write(bench.operator, "roles.delete", { params, ifMatch }),
    "precondition_failed",
  );
});

test("roles are listed newest first, all of them or those of one api", async (t) => {
  const { bench } = await openWithRole(t);
  await createAcme(bench, { prefix: "beta" });
  bench.clock.advanceSeconds(1);
  await create(bench, { api: "beta", name: "of beta" });
  const list = async (query: Wire<"roles.list">["query"]) =>
    (await bench.read(bench.operator, "roles.list", { query: query ?? {} })).data.map(
      ({ api, name }) => [api, name],
    );
  assert.deepEqual(await list({}), [
    ["beta", "of beta"],
    ["acme", "reader"],
  ]);
  assert.deepEqual(await list({ api: "beta" }), [["beta", "of beta"]]);
  await assertFails(list({ api: "gamma" }), "not_found");
});

test("K6: another workspace's role is not found", async (t) => {
  const { bench, params } = await openWithRole(t);
  const { caller } = await createTenant(bench);
  await assertFails(bench.read(caller, "roles.get", { params }), "not_found");
  await assertFails(bench.write(caller, "roles.update", { params, body: {} }), "not_found");
  await assertFails(bench.write(caller, "roles.delete", { params }), "not_found");
  assert.deepEqual((await bench.read(caller, "roles.list")).data, []);
  await assertFails(
    bench.read(bench.operator, "roles.get", { params: { role: "1" } }),
    "not_found",
  );
});
