import assert from "node:assert/strict";
import { test } from "node:test";
import { tenantScope } from "../../storage/storage.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { SeededRandom } from "../../testing/seeded-random.ts";
import {
  assertFails,
  createManager,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import { firstStart, recoverManagementKey } from "../first-start.ts";

test("a new workspace comes with the built-in api and a management key that may do everything in it", async (t) => {
  const bench = await openWorkbench(t);
  const { workspace, caller } = await createTenant(bench, "Beta");
  assert.equal(workspace.name, "Beta");
  assert.equal(workspace.operator, false);
  assert.deepEqual(workspace.management_key.scopes, ["*"]);
  assert.equal(workspace.management_key.api, "keyward");
  assert.equal(caller.scope, workspace.id);
  assert.equal(caller.operator, false);
  await bench.write(caller, "apis.create", {
    body: { name: "Acme", prefix: "acme", audience: "urn:acme" },
  });
});

test("T02: a management key that has an end or restrictions founds no workspace, whose first key has neither", async (t) => {
  const bench = await openWorkbench(t);
  const found = async (fields: Parameters<typeof createManager>[2]) => {
    const { caller } = await createManager(bench, ["*"], fields);
    return bench.write(caller, "workspaces.create", { body: { name: "Beta" } });
  };
  await assertFails(found({ expires_at: "2026-01-02T00:00:00Z" }), "exceeds_own_permissions");
  const restrictions = { ips: ["203.0.113.0/24"] };
  await assertFails(found({ restrictions }), "exceeds_own_permissions");
  await found({});
});

test("the operator sees every workspace, any other sees itself alone", async (t) => {
  const bench = await openWorkbench(t);
  const { workspace, caller } = await createTenant(bench, "Beta");
  bench.clock.advanceSeconds(1);
  const gamma = await createTenant(bench, "Gamma");
  const namesFor = async (as: typeof caller) =>
    (await bench.read(as, "workspaces.list")).data.map(({ name }) => name);
  assert.deepEqual((await namesFor(bench.operator)).toSorted(), ["Beta", "Default", "Gamma"]);
  assert.deepEqual(await namesFor(caller), ["Beta"]);
  const params = { workspace: workspace.id };
  assert.equal((await bench.read(bench.operator, "workspaces.get", { params })).name, "Beta");
  assert.equal((await bench.read(caller, "workspaces.get", { params })).name, "Beta");
  await assertFails(bench.read(gamma.caller, "workspaces.get", { params }), "not_found");
});

test("K6: another's workspace and none are one answer", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createTenant(bench);
  for (const workspace of [bench.operator.scope, "wsp_01kdvdna0004hmasw9nf6yy07z", "x"]) {
    const wire = { params: { workspace } };
    await assertFails(bench.read(caller, "workspaces.get", wire), "not_found");
    const renaming = bench.write(caller, "workspaces.update", { ...wire, body: { name: "Mine" } });
    await assertFails(renaming, "not_found");
  }
});

test("a workspace is renamed by itself or by the operator, in its own log", async (t) => {
  const bench = await openWorkbench(t);
  const { workspace, caller } = await createTenant(bench);
  const params = { workspace: workspace.id };
  const rename = (as: typeof caller, name: string, ifMatch: number) =>
    bench.write(as, "workspaces.update", { params, body: { name }, ifMatch });
  const first = await rename(caller, "One", workspace.rev);
  const second = await rename(bench.operator, "Two", first.rev);
  assert.equal(second.name, "Two");
  await assertFails(rename(caller, "Three", first.rev), "precondition_failed");
  const events = await bench.auditOf(tenantScope(caller.scope));
  const renames = events.filter(({ action }) => action === "workspace.updated");
  assert.deepEqual(
    renames.map(({ actor, rev }) => [actor.id, rev]),
    [
      [caller.keyId, first.rev],
      [bench.operator.keyId, second.rev],
    ],
  );
});

test("workspaces are paged for the operator", async (t) => {
  const bench = await openWorkbench(t);
  for (const name of ["Beta", "Gamma"]) {
    bench.clock.advanceSeconds(1);
    await createTenant(bench, name);
  }
  const list = (query: { limit: string; cursor?: string }) =>
    bench.read(bench.operator, "workspaces.list", { query });
  const first = await list({ limit: "2" });
  const rest = await list({ limit: "2", cursor: first.next_cursor ?? "" });
  assert.deepEqual(
    [first, rest].map(({ data }) => data.map(({ name }) => name)),
    [["Gamma", "Beta"], ["Default"]],
  );
  assert.equal(rest.next_cursor, null);
});

test("T06: the first start happens once; a further one delivers nothing", async (t) => {
  const bench = await openWorkbench(t);
  const before = bench.changes.length;
  const tools = {
    clock: new FakeClock(),
    random: new SeededRandom("second start"),
    deliver: () => Promise.reject(new Error("delivered a second key")),
  };
  assert.equal(await firstStart(bench.storage, tools), false);
  assert.equal(bench.changes.length, before);
});

test("an operator who has lost every key gets a new one; the others stay as they are", async (t) => {
  const bench = await openWorkbench(t);
  const { key } = await createManager(bench, ["keys:read"]);
  let recovered = "";
  await recoverManagementKey(bench.storage, {
    clock: bench.clock,
    random: new SeededRandom("recovery"),
    deliver: (secret) => {
      recovered = secret.reveal();
      return Promise.resolve();
    },
  });
  const caller = bench.callerOf(recovered);
  assert.equal(caller.scope, bench.operator.scope);
  assert.deepEqual(caller.grants.grants, ["*"]);
  bench.callerOf(key.secret);
  bench.callerOf(bench.operatorSecret);
  const last = (await bench.auditOf(caller.scope)).at(-1);
  assert.deepEqual(
    [last?.action, last?.actor],
    ["key.created", { type: "system", id: "recovery", ip: null }],
  );
});

test("a key that cannot be delivered is not issued", async (t) => {
  const bench = await openWorkbench(t);
  const before = bench.changes.length;
  const failing = recoverManagementKey(bench.storage, {
    clock: bench.clock,
    random: new SeededRandom("recovery"),
    deliver: () => Promise.reject(new Error("the disk is full")),
  });
  await assert.rejects(failing, /the disk is full/);
  assert.equal(bench.changes.length, before);
});
