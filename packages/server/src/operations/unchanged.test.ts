import assert from "node:assert/strict";
import { test } from "node:test";
import { createAcme, createAcmeKey, openWorkbench } from "../testing/workbench.ts";

test("a change that changes nothing writes nothing, and answers with the thing as it stands", async (t) => {
  const bench = await openWorkbench(t);
  const as = bench.operator;
  const api = await createAcme(bench);
  const role = await bench.write(as, "roles.create", {
    body: { api: "acme", name: "reader", scopes: ["invoices:read"] },
  });
  const key = await createAcmeKey(bench, {
    scopes: ["reports:list"],
    roles: ["reader"],
    restrictions: { ips: ["203.0.113.0/24"] },
    metadata: { plan: { seats: 5 } },
    expires_at: "2027-01-01T00:00:00Z",
  });
  const owner = await bench.read(as, "owners.get", { params: { owner: "customer-1" } });
  const workspace = await bench.read(as, "workspaces.get", { params: { workspace: as.scope } });
  const before = bench.changes.length;
  bench.clock.advanceSeconds(1);

  const { secret: _, ...shown } = key;
  const keyParams = { key: key.id };
  const { name, scopes, roles, restrictions, metadata, expires_at } = key;
  const all = { name, owner: key.owner, scopes, roles, restrictions, metadata, expires_at };
  for (const body of [{}, all]) {
    assert.deepEqual(await bench.write(as, "keys.update", { params: keyParams, body }), shown);
  }
  const apiParams = { api: "acme" };
  const { default_lifetime_seconds, audience } = api;
  const apiBody = { name: api.name, audience, scopes: api.scopes, default_lifetime_seconds };
  assert.deepEqual(await bench.write(as, "apis.update", { params: apiParams, body: apiBody }), api);
  await bench.write(as, "apis.scopes.add", { params: apiParams, body: { name: "invoices:read" } });
  const roleBody = { name: role.name, description: null, scopes: role.scopes };
  const roleParams = { role: role.id };
  assert.deepEqual(
    await bench.write(as, "roles.update", { params: roleParams, body: roleBody }),
    role,
  );
  const ownerBody = { type: owner.type, name: owner.name, metadata: owner.metadata };
  const ownerParams = { owner: owner.id };
  assert.deepEqual(
    await bench.write(as, "owners.update", { params: ownerParams, body: ownerBody }),
    owner,
  );
  const workspaceParams = { workspace: workspace.id };
  assert.deepEqual(
    await bench.write(as, "workspaces.update", {
      params: workspaceParams,
      body: { name: workspace.name },
    }),
    workspace,
  );
  assert.equal(bench.changes.length, before);
});
