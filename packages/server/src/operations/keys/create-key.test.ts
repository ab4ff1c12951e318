import assert from "node:assert/strict";
import { test } from "node:test";
import { digestKey, digestToHex } from "@keyward/core/key/digest";
import { isWellFormedKey } from "@keyward/core/key/format";
import { START } from "../../testing/fake-clock.ts";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createManager,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";

test("a disabled owner gets no new key", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createAcmeKey(bench);
  await bench.write(bench.operator, "owners.disable", { params: { owner: "customer-1" } });
  await assertFails(createAcmeKey(bench), "owner_disabled");
});

test("a created key is shown whole, once, and is accepted from then on", async (t) => {
  const bench = await openWorkbench(t);
  const api = await createAcme(bench);
  const { secret, ...key } = await createAcmeKey(bench, { scopes: ["invoices:read"] });
  assert.match(secret, /^acme_live_[0-9A-Za-z]{49}$/);
  assert.ok(isWellFormedKey(secret));
  assert.deepEqual(key, {
    id: key.id,
    name: "production",
    api: "acme",
    api_id: api.id,
    owner: "customer-1",
    owner_id: key.owner_id,
    kind: "secret",
    environment: "live",
    status: "active",
    scopes: ["invoices:read"],
    roles: [],
    restrictions: null,
    plan: null,
    plan_id: null,
    limits: [],
    metadata: {},
    hint: secret.slice(-4),
    secrets: [
      {
        id: key.secrets[0]?.id,
        hint: secret.slice(-4),
        status: "active",
        not_before: null,
        expires_at: null,
        last_used_at: null,
        last_used_network: null,
        last_used_agent: null,
        last_used_reporter: null,
        created_at: "2026-01-01T00:00:00.000Z",
      },
    ],
    expires_at: null,
    last_used_at: null,
    revoked_at: null,
    revoked_reason: null,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    rev: key.rev,
  });
  assert.deepEqual(await bench.read(bench.operator, "keys.get", { params: { key: key.id } }), key);
  const { scope } = bench.operator;
  assert.equal(bench.verifier.verify(scope, secret, { api: "acme" }, START).code, "allowed");
});

test("an unknown owner is created with its own rev and audit event, before the key", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const key = await createAcmeKey(bench, { owner: "customer-9" });
  const owner = await bench.read(bench.operator, "owners.get", { params: { owner: "customer-9" } });
  assert.equal(owner.id, key.owner_id);
  assert.equal(owner.type, "app");
  assert.equal(owner.rev, key.rev - 1);
  const [ofOwner, ofKey] = (await bench.auditOf(bench.operator.scope)).slice(-2);
  assert.deepEqual(
    [ofOwner?.action, ofOwner?.rev, ofOwner?.targetId],
    ["owner.created", owner.rev, owner.id],
  );
  assert.deepEqual([ofKey?.action, ofKey?.rev, ofKey?.targetId], ["key.created", key.rev, key.id]);
});

test("a known owner, by either of its ids, is not created again", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const first = await createAcmeKey(bench, { owner: "customer-1" });
  const second = await createAcmeKey(bench, { owner: "customer-1" });
  const third = await createAcmeKey(bench, { owner: first.owner_id });
  assert.equal(second.owner_id, first.owner_id);
  assert.equal(third.owner_id, first.owner_id);
  assert.equal(third.rev, first.rev + 2);
});

test("an owner's id that is not there is a mistake, and makes nobody", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const owner = "own_01kdvdna0004hmasw9nf6yy07z";
  await assertFails(createAcmeKey(bench, { owner }), "not_found");
  const owners = await bench.read(bench.operator, "owners.list");
  assert.deepEqual(
    owners.data.map((each) => each.external_id),
    ["operator"],
  );
});

test("what is refused leaves nothing behind, not even the owner it would have made", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const before = bench.changes.length;
  await assertFails(
    createAcmeKey(bench, { owner: "new", roles: ["no such role"] }),
    "invalid_request",
    { pointer: "/roles/0", code: "unknown_role" },
  );
  assert.equal(bench.changes.length, before);
  await assertFails(
    bench.read(bench.operator, "owners.get", { params: { owner: "new" } }),
    "not_found",
  );
});

test("an api may be named by its id or its prefix; any other name is not found", async (t) => {
  const bench = await openWorkbench(t);
  const api = await createAcme(bench);
  assert.equal((await createAcmeKey(bench, { api: api.id })).api, "acme");
  for (const name of ["beta", "ACME", "api_01kdvdna0004hmasw9nf6yy07z"]) {
    await assertFails(createAcmeKey(bench, { api: name }), "not_found");
  }
});

test("K6: another workspace's api and owner are not found", async (t) => {
  const bench = await openWorkbench(t);
  const api = await createAcme(bench);
  const key = await createAcmeKey(bench);
  const { caller } = await createTenant(bench);
  const body = { name: "theirs", owner: "customer-1" };
  for (const name of [api.id, "acme"]) {
    const creating = bench.write(caller, "keys.create", { body: { ...body, api: name } });
    await assertFails(creating, "not_found");
  }
  const naming = bench.write(caller, "keys.create", {
    body: { api: "keyward", name: "theirs", owner: key.owner_id },
  });
  await assertFails(naming, "not_found");
});

test("T10: a grant that the api's catalogue does not hold is refused, and pointed at", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  for (const scope of ["invoices", "invoices:delete", "reports:read", "admin:*"]) {
    await assertFails(
      createAcmeKey(bench, { scopes: ["invoices:read", scope] }),
      "invalid_request",
      { pointer: "/scopes/1", code: "unknown_scope" },
    );
  }
  const key = await createAcmeKey(bench, { scopes: ["invoices:*", "*"] });
  assert.deepEqual(key.scopes, ["invoices:*", "*"]);
});

test("a role of another api is none of this one", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createAcme(bench, { prefix: "beta" });
  await bench.write(bench.operator, "roles.create", {
    body: { api: "beta", name: "reader", scopes: ["invoices:read"] },
  });
  await assertFails(createAcmeKey(bench, { roles: ["reader"] }), "invalid_request", {
    pointer: "/roles/0",
    code: "unknown_role",
  });
});

test("a role named twice is held once, and grants what it grants", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "reader", scopes: ["invoices:read"] },
  });
  const key = await createAcmeKey(bench, { roles: ["reader", "reader"] });
  assert.deepEqual(key.roles, ["reader"]);
  const request = { scopes: { all: ["invoices:read"] } };
  const { scope } = bench.operator;
  assert.equal(bench.verifier.verify(scope, key.secret, request, START).code, "allowed");
});

test("T36: a publishable key only reads", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "reader", scopes: ["invoices:read"] },
  });
  const kind = "publishable";
  const key = await createAcmeKey(bench, { kind, scopes: ["invoices:read", "reports:list"] });
  assert.match(key.secret, /^acme_pub_live_/);
  for (const scope of ["invoices:write", "invoices:*", "*"]) {
    await assertFails(
      createAcmeKey(bench, { kind, scopes: ["invoices:read", scope] }),
      "invalid_request",
      {
        pointer: "/scopes/1",
        code: "not_publishable",
      },
    );
  }
  await assertFails(createAcmeKey(bench, { kind, roles: ["reader"] }), "invalid_request", {
    pointer: "/roles",
    code: "not_publishable",
  });
});

test("T40: a key carries its environment", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const key = await createAcmeKey(bench, { environment: "test" });
  assert.match(key.secret, /^acme_test_/);
  assert.equal(key.environment, "test");
  const publishable = await createAcmeKey(bench, { environment: "test", kind: "publishable" });
  assert.match(publishable.secret, /^acme_pub_test_/);
});

test("an end that has come is refused; one millisecond ahead it is taken", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  for (const end of ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59.999Z"]) {
    await assertFails(createAcmeKey(bench, { expires_at: end }), "invalid_request", {
      pointer: "/expires_at",
      code: "in_the_past",
    });
  }
  const key = await createAcmeKey(bench, { expires_at: "2026-01-01T00:00:00.001Z" });
  assert.equal(key.expires_at, "2026-01-01T00:00:00.001Z");
});

test("T12: without an end the api's default lifetime counts; null is no end", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench, { default_lifetime_seconds: 3_600 });
  assert.equal((await createAcmeKey(bench)).expires_at, "2026-01-01T01:00:00.000Z");
  assert.equal((await createAcmeKey(bench, { expires_at: null })).expires_at, null);
  const end = "2026-01-01T00:10:00Z";
  const key = await createAcmeKey(bench, { expires_at: end });
  assert.equal(key.expires_at, "2026-01-01T00:10:00.000Z");
});

test("a management key is secret and live, and holds its permissions itself", async (t) => {
  const bench = await openWorkbench(t);
  await assertFails(
    createManager(bench, ["keys:read"], { kind: "publishable" }),
    "invalid_request",
    {
      pointer: "/kind",
      code: "not_for_management",
    },
  );
  await assertFails(
    createManager(bench, ["keys:read"], { environment: "test" }),
    "invalid_request",
    {
      pointer: "/environment",
      code: "not_for_management",
    },
  );
  await assertFails(createManager(bench, ["keys:read"], { roles: ["any"] }), "invalid_request", {
    pointer: "/roles/0",
    code: "unknown_role",
  });
  const { key } = await createManager(bench, ["keys:read"]);
  assert.match(key.secret, /^keyward_live_/);
});

test("K4: of the secret, storage is given the digest and the last four characters", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const { secret, id } = await createAcmeKey(bench);
  const change = bench.changes.at(-1)?.change;
  assert.ok(change?.entity === "key" && change.value !== null && change.id === id);
  assert.equal(JSON.stringify(change).includes(secret.slice(10)), false);
  const [record] = change.value.secrets;
  assert.ok(record !== undefined);
  assert.equal(digestToHex(record.digest), digestToHex(digestKey(secret)));
});
