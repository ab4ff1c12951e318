import assert from "node:assert/strict";
import { test } from "node:test";
import { createAcme, createAcmeKey, openWorkbench, assertFails } from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";

const PREPAID = { name: "prepaid", kind: "credits", limit: 100 } as const;

function add(bench: Workbench, key: string, body: { add: number; limit?: string }) {
  return bench.write(bench.operator, "keys.credits.add", { params: { key }, body });
}

test("credits are added to what there was, and the audit log says how many", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const { id } = await createAcmeKey(bench, { limits: [PREPAID] });
  const { limits } = await add(bench, id, { add: 50 });
  assert.deepEqual(
    limits.map((limit) => limit.kind === "credits" && [limit.name, limit.limit]),
    [["prepaid", 150]],
  );
  await add(bench, id, { add: 1, limit: "prepaid" });
  const { data } = await bench.read(bench.operator, "audit.list", { query: { target: id } });
  assert.deepEqual(
    data.slice(0, 2).map(({ action, detail }) => [action, detail]),
    [
      ["key.credits_added", { limit: "prepaid", added: 1, units: 151 }],
      ["key.credits_added", { limit: "prepaid", added: 50, units: 150 }],
    ],
  );
});

test("credits of a plan become the key's own with what was added; other keys of the plan have what they had", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const hourly = { name: "burst", kind: "rate", rate: 5 } as const;
  await bench.write(bench.operator, "plans.create", {
    body: { name: "starter", limits: [PREPAID, hourly] },
  });
  const one = await createAcmeKey(bench, { plan: "starter" });
  const other = await createAcmeKey(bench, { plan: "starter" });
  const raised = await add(bench, one.id, { add: 900 });
  assert.equal(raised.plan, "starter");
  assert.deepEqual(
    raised.limits.map((limit) => [limit.name, limit.kind === "credits" && limit.limit]),
    [["prepaid", 1_000]],
  );
  const untouched = await bench.read(bench.operator, "keys.get", { params: { key: other.id } });
  assert.deepEqual(untouched.limits, []);
});

test("credits of an owner and of a client are added to as those of a key, by their plan as well, and the audit log says how many", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "plans.create", {
    body: { name: "starter", limits: [PREPAID] },
  });
  const owner = await bench.write(bench.operator, "owners.create", {
    body: { external_id: "customer-2", plan: "starter" },
  });
  const client = await bench.write(bench.operator, "clients.create", {
    body: {
      name: "billing",
      owner: "customer-2",
      resources: [{ api: "acme", scopes: [] }],
      limits: [PREPAID],
    },
  });
  const raisedOwner = await bench.write(bench.operator, "owners.credits.add", {
    params: { owner: "customer-2" },
    body: { add: 900 },
  });
  const raisedClient = await bench.write(bench.operator, "clients.credits.add", {
    params: { client: client.id },
    body: { add: 50, limit: "prepaid" },
  });
  for (const [raised, action, added, units] of [
    [raisedOwner, "owner.credits_added", 900, 1_000],
    [raisedClient, "client.credits_added", 50, 150],
  ] as const) {
    assert.deepEqual(
      raised.limits.map((limit) => limit.kind === "credits" && [limit.name, limit.limit]),
      [["prepaid", units]],
    );
    const query = { target: raised.id };
    const { data } = await bench.read(bench.operator, "audit.list", { query });
    assert.deepEqual(
      [data[0]?.action, data[0]?.detail],
      [action, { limit: "prepaid", added, units }],
    );
  }
  assert.equal(raisedOwner.id, owner.id);
});

test("an owner and a client without such credits, and a revoked client, are refused and nothing changes", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const owner = await bench.write(bench.operator, "owners.create", {
    body: { external_id: "customer-2" },
  });
  const client = await bench.write(bench.operator, "clients.create", {
    body: { name: "billing", owner: "customer-2", resources: [{ api: "acme", scopes: [] }] },
  });
  const addToClient = () =>
    bench.write(bench.operator, "clients.credits.add", {
      params: { client: client.id },
      body: { add: 1 },
    });
  const before = bench.changes.length;
  const ofOwner = { params: { owner: owner.id }, body: { add: 1 } };
  await assertFails(bench.write(bench.operator, "owners.credits.add", ofOwner), "invalid_request");
  await assertFails(addToClient(), "invalid_request");
  assert.equal(bench.changes.length, before);
  await bench.write(bench.operator, "clients.revoke", { params: { client: client.id } });
  await assertFails(addToClient(), "client_revoked");
});

test("what cannot be added to is refused where it stands, and changes nothing", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const none = await createAcmeKey(bench, {});
  const two = await createAcmeKey(bench, { limits: [PREPAID, { ...PREPAID, name: "bonus" }] });
  const before = bench.changes.length;
  for (const [key, body] of [
    [none.id, { add: 1 }],
    [two.id, { add: 1 }],
    [two.id, { add: 1, limit: "absent" }],
    [two.id, { add: 1_000_000_000_000, limit: "bonus" }],
  ] as const) {
    await assertFails(add(bench, key, body), "invalid_request");
  }
  for (const wrong of [0, -1, 1.5, 1_000_000_000_001, Number.NaN]) {
    await assert.rejects(add(bench, two.id, { add: wrong, limit: "bonus" }));
  }
  assert.equal(bench.changes.length, before);
  await bench.write(bench.operator, "keys.revoke", { params: { key: two.id } });
  await assertFails(add(bench, two.id, { add: 1, limit: "bonus" }), "key_revoked");
});
