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

const params = { api: "acme" };

async function openWithApi(t: TestContext) {
  const bench = await openWorkbench(t);
  return { bench, api: await createAcme(bench) };
}

test("an api is created as asked for, and found by id and prefix", async (t) => {
  const { bench, api } = await openWithApi(t);
  assert.deepEqual(api, {
    id: api.id,
    name: "Acme",
    prefix: "acme",
    audience: "https://api.acme.example",
    scopes: ["invoices:read", "invoices:write", "reports:list"],
    default_lifetime_seconds: null,
    token_format: "jwt",
    token_algorithm: "ES256",
    leak_reaction: "notify",
    limits: [],
    built_in: false,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    rev: api.rev,
  });
  for (const reference of ["acme", api.id]) {
    const wire = { params: { api: reference } };
    assert.deepEqual(await bench.read(bench.operator, "apis.get", wire), api);
  }
});

test("a prefix is taken once in a workspace, and free in another", async (t) => {
  const { bench } = await openWithApi(t);
  await assertFails(createAcme(bench), "prefix_taken");
  const { caller } = await createTenant(bench);
  const body = { name: "Acme", prefix: "acme", audience: "urn:acme" };
  await bench.write(caller, "apis.create", { body });
});

test("a change keeps what is left out, scope descriptions included, and null lifts the lifetime", async (t) => {
  const { bench } = await openWithApi(t);
  await bench.write(bench.operator, "apis.scopes.add", {
    params,
    body: { name: "invoices:read", description: "See invoices" },
  });
  const body = { scopes: ["invoices:read", "users:read"], default_lifetime_seconds: 3_600 };
  const changed = await bench.write(bench.operator, "apis.update", { params, body });
  assert.equal(changed.name, "Acme");
  assert.equal(changed.default_lifetime_seconds, 3_600);
  const { data } = await bench.read(bench.operator, "apis.scopes.list", { params });
  assert.deepEqual(data, [
    { name: "invoices:read", description: "See invoices" },
    { name: "users:read", description: null },
  ]);
  const renamed = await bench.write(bench.operator, "apis.update", { params, body: { name: "A" } });
  assert.equal(renamed.default_lifetime_seconds, 3_600);
  const lifted = await bench.write(bench.operator, "apis.update", {
    params,
    body: { default_lifetime_seconds: null },
  });
  assert.deepEqual([lifted.name, lifted.default_lifetime_seconds], ["A", null]);
});

test("an api is deleted once it has neither roles nor keys", async (t) => {
  const { bench } = await openWithApi(t);
  const role = await bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "reader", scopes: [] },
  });
  const key = await createAcmeKey(bench);
  await assertFails(bench.write(bench.operator, "apis.delete", { params }), "in_use");
  await bench.write(bench.operator, "roles.delete", { params: { role: role.id } });
  await bench.write(bench.operator, "keys.revoke", { params: { key: key.id } });
  await assertFails(bench.write(bench.operator, "apis.delete", { params }), "in_use");
  await bench.write(bench.operator, "keys.delete", { params: { key: key.id } });
  await bench.write(bench.operator, "apis.delete", { params });
  await assertFails(bench.read(bench.operator, "apis.get", { params }), "not_found");
  await createAcme(bench);
});

test("the built-in api cannot be changed or deleted, nor its scopes", async (t) => {
  const { bench } = await openWithApi(t);
  const builtIn = { api: "keyward" };
  const works = [
    bench.write(bench.operator, "apis.update", { params: builtIn, body: { name: "Mine" } }),
    bench.write(bench.operator, "apis.delete", { params: builtIn }),
    bench.write(bench.operator, "apis.scopes.add", { params: builtIn, body: { name: "x:read" } }),
    bench.write(bench.operator, "apis.scopes.remove", {
      params: { ...builtIn, scope: "keys:read" },
    }),
  ];
  for (const work of works) await assertFails(work, "built_in");
});

test("a scope is added once, described anew by adding it again, and removed", async (t) => {
  const { bench } = await openWithApi(t);
  const add = (description: string | null) =>
    bench.write(bench.operator, "apis.scopes.add", {
      params,
      body: { name: "users:read", description },
    });
  assert.deepEqual(await add(null), { name: "users:read", description: null });
  assert.deepEqual(await add("See users"), { name: "users:read", description: "See users" });
  const listed = async () =>
    (await bench.read(bench.operator, "apis.scopes.list", { params })).data.filter(
      ({ name }) => name === "users:read",
    );
  assert.deepEqual(await listed(), [{ name: "users:read", description: "See users" }]);
  const scope = { ...params, scope: "users:read" };
  await bench.write(bench.operator, "apis.scopes.remove", { params: scope });
  assert.deepEqual(await listed(), []);
  await assertFails(
    bench.write(bench.operator, "apis.scopes.remove", { params: scope }),
    "not_found",
  );
});

test("a catalogue has at most 500 scopes", async (t) => {
  const { bench } = await openWithApi(t);
  const scopes = Array.from({ length: 500 }, (_, index) => `things${index}:read`);
  await bench.write(bench.operator, "apis.update", { params, body: { scopes } });
  const add = (name: string) =>
    bench.write(bench.operator, "apis.scopes.add", { params, body: { name } });
  await assertFails(add("one:more"), "too_many");
  await add("things499:read");
});

test("a change of what has changed since is refused", async (t) => {
  const { bench, api } = await openWithApi(t);
  const ifMatch = api.rev;
  await bench.write(bench.operator, "apis.update", { params, body: { name: "A" }, ifMatch });
  const updating = bench.write(bench.operator, "apis.update", { params, body: {}, ifMatch });
  await assertFails(updating, "precondition_failed");
  const deleting = bench.write(bench.operator, "apis.delete", { params, ifMatch });
  await assertFails(deleting, "precondition_failed");
});

test("K6: another workspace's api is not found, by neither name, and not listed", async (t) => {
  const { bench, api } = await openWithApi(t);
  const { caller } = await createTenant(bench);
  for (const reference of ["acme", api.id]) {
    const theirs = { api: reference };
    await assertFails(bench.read(caller, "apis.get", { params: theirs }), "not_found");
    await assertFails(bench.read(caller, "apis.scopes.list", { params: theirs }), "not_found");
    await assertFails(
      bench.write(caller, "apis.update", { params: theirs, body: {} }),
      "not_found",
    );
    await assertFails(bench.write(caller, "apis.delete", { params: theirs }), "not_found");
  }
  const { data } = await bench.read(caller, "apis.list");
  assert.deepEqual(
    data.map(({ prefix }) => prefix),
    ["keyward"],
  );
});
