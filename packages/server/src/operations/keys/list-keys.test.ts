import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { ResultOf } from "../../contract/operations.ts";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";

async function openWithApi(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  return bench;
}

function list(bench: Workbench, query: Wire<"keys.list">["query"] = {}) {
  return bench.read(bench.operator, "keys.list", { query });
}

function search(bench: Workbench, body: Wire<"keys.search">["body"] = {}) {
  return bench.read(bench.operator, "keys.search", { body: body ?? {} });
}

function namesOf({ data }: ResultOf<"keys.list">): readonly string[] {
  return data.map(({ name }) => name);
}

async function createNamed(bench: Workbench, names: readonly string[]) {
  for (const name of names) {
    bench.clock.advanceSeconds(1);
    await createAcmeKey(bench, { name });
  }
}

test("keys are listed newest first, each as it is got alone, without its secret", async (t) => {
  const bench = await openWithApi(t);
  await createNamed(bench, ["a", "b", "c"]);
  const { data, next_cursor } = await list(bench, { api: "acme" });
  assert.deepEqual(
    data.map(({ name }) => name),
    ["c", "b", "a"],
  );
  assert.equal(next_cursor, null);
  const [newest] = data;
  assert.deepEqual(
    newest,
    await bench.read(bench.operator, "keys.get", { params: { key: newest?.id ?? "" } }),
  );
});

test("pages hold every key once and in order, though keys are made between them", async (t) => {
  const bench = await openWithApi(t);
  await createNamed(bench, ["a", "b", "c", "d", "e"]);
  const first = await list(bench, { api: "acme", limit: "2" });
  await createNamed(bench, ["f", "g"]);
  const second = await list(bench, { api: "acme", limit: "2", cursor: first.next_cursor ?? "" });
  await createNamed(bench, ["h"]);
  const third = await list(bench, { api: "acme", limit: "2", cursor: second.next_cursor ?? "" });
  assert.deepEqual([first, second, third].map(namesOf), [["e", "d"], ["c", "b"], ["a"]]);
  assert.equal(third.next_cursor, null);
});

test("a page stays good when the key it ended with is deleted", async (t) => {
  const bench = await openWithApi(t);
  await createNamed(bench, ["a", "b", "c"]);
  const first = await list(bench, { api: "acme", limit: "2" });
  const params = { key: first.data[1]?.id ?? "" };
  await bench.write(bench.operator, "keys.revoke", { params });
  await bench.write(bench.operator, "keys.delete", { params });
  const second = await list(bench, { api: "acme", limit: "2", cursor: first.next_cursor ?? "" });
  assert.deepEqual(namesOf(second), ["a"]);
});

test("the page size may change from page to page", async (t) => {
  const bench = await openWithApi(t);
  await createNamed(bench, ["a", "b", "c", "d"]);
  const first = await list(bench, { api: "acme", limit: "1" });
  const rest = await list(bench, { api: "acme", limit: "250", cursor: first.next_cursor ?? "" });
  assert.deepEqual(namesOf(rest), ["c", "b", "a"]);
});

test("filters choose by api, owner, role, environment, kind and status, and add up", async (t) => {
  const bench = await openWithApi(t);
  await createAcme(bench, { prefix: "beta" });
  const role = await bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "reader", scopes: ["invoices:read"] },
  });
  await createAcmeKey(bench, { name: "plain" });
  await createAcmeKey(bench, { name: "other owner", owner: "customer-2" });
  await createAcmeKey(bench, { name: "with role", roles: ["reader"] });
  await createAcmeKey(bench, { name: "in test", environment: "test" });
  await createAcmeKey(bench, { name: "publishable", kind: "publishable" });
  await createAcmeKey(bench, { name: "of beta", api: "beta" });
  const ending = await createAcmeKey(bench, { name: "ending", expires_at: "2026-01-01T00:00:10Z" });
  const disabled = await createAcmeKey(bench, { name: "disabled" });
  const revoked = await createAcmeKey(bench, { name: "revoked" });
  await bench.write(bench.operator, "keys.disable", { params: { key: disabled.id } });
  await bench.write(bench.operator, "keys.revoke", { params: { key: revoked.id } });
  await bench.write(bench.operator, "keys.disable", { params: { key: ending.id } });
  bench.clock.advanceSeconds(10);
  const cases: readonly (readonly [Wire<"keys.list">["query"], readonly string[]])[] = [
    [{ api: "beta" }, ["of beta"]],
    [{ owner: "customer-2" }, ["other owner"]],
    [{ role: role.id }, ["with role"]],
    [{ environment: "test" }, ["in test"]],
    [{ kind: "publishable" }, ["publishable"]],
    [{ status: "expired" }, ["ending"]],
    [{ status: "disabled" }, ["disabled"]],
    [{ status: "revoked" }, ["revoked"]],
    [{ owner: "customer-2", environment: "test" }, []],
    [{ api: "acme", status: "active", owner: "customer-2" }, ["other owner"]],
  ];
  for (const [query, names] of cases) {
    assert.deepEqual(namesOf(await list(bench, query)), names, JSON.stringify(query));
  }
  const active = namesOf(await list(bench, { api: "acme", status: "active" }));
  assert.equal(active.length, 5);
});

test("a filter that names what is not there is not found, rather than left out", async (t) => {
  const bench = await openWithApi(t);
  await createAcmeKey(bench);
  await assertFails(list(bench, { api: "gamma" }), "not_found");
  await assertFails(list(bench, { owner: "nobody" }), "not_found");
  await assertFails(list(bench, { role: "no id" }), "not_found");
  assert.deepEqual(namesOf(await list(bench, { role: "rol_01kdvdna0004hmasw9nf6yy07z" })), []);
});

test("a search finds parts of names, ids, hints and external ids; % and _ mean themselves", async (t) => {
  const bench = await openWithApi(t);
  const key = await createAcmeKey(bench, { name: "Production eu_1", owner: "customer-77" });
  await createAcmeKey(bench, { name: "Productioneux1", owner: "somebody" });
  const one = ["Production eu_1"];
  assert.deepEqual(namesOf(await search(bench, { q: "eu_1" })), one);
  assert.deepEqual(namesOf(await search(bench, { q: "PRODUCTION EU" })), one);
  assert.deepEqual(namesOf(await search(bench, { q: "customer-77" })), one);
  assert.deepEqual(namesOf(await search(bench, { q: key.id })), one);
  assert.deepEqual(namesOf(await search(bench, { q: ` ${key.hint} ` })), one);
  assert.deepEqual(namesOf(await search(bench, { q: "%" })), []);
});

test("a pasted key finds the key that it opens, old secrets included, and only in its workspace", async (t) => {
  const bench = await openWithApi(t);
  const key = await createAcmeKey(bench, { name: "pasted" });
  await createAcmeKey(bench, { name: "other" });
  const rotated = await bench.write(bench.operator, "keys.rotate", { params: { key: key.id } });
  for (const q of [key.secret, rotated.secret, ` ${key.secret}\n`]) {
    assert.deepEqual(namesOf(await search(bench, { q })), ["pasted"]);
    assert.deepEqual(namesOf(await list(bench, { q })), ["pasted"]);
  }
  await bench.write(bench.operator, "keys.revoke", { params: { key: key.id } });
  assert.deepEqual(namesOf(await search(bench, { q: key.secret })), ["pasted"]);
  const { caller } = await createTenant(bench);
  const theirs = await bench.read(caller, "keys.search", { body: { q: key.secret } });
  assert.deepEqual(theirs.data, []);
});

test("K6: a list holds the caller's workspace alone", async (t) => {
  const bench = await openWithApi(t);
  await createAcmeKey(bench);
  const { caller } = await createTenant(bench);
  assert.deepEqual(namesOf(await bench.read(caller, "keys.list")), ["First management key"]);
});
