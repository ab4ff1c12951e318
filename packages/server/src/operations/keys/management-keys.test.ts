import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { compileGrants, isWithin, parseScopeGrant } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { OperationError } from "@keyward/core/failure/failures";
import * as fc from "fast-check";
import { PERMISSIONS } from "../../contract/permissions.ts";
import type { Caller } from "../call.ts";
import type { WriteId } from "../handlers.ts";
import { FakeClock, START } from "../../testing/fake-clock.ts";
import { assertFails, createManager, openWorkbench } from "../../testing/workbench.ts";
import type { Workbench } from "../../testing/workbench.ts";

/** Each operation that changes one key, with a body that would change something. */
const CHANGES = [
  ["keys.update", { name: "changed" }],
  ["keys.rotate", { force: true }],
  ["keys.secrets.add", {}],
  ["keys.disable", undefined],
  ["keys.enable", undefined],
  ["keys.revoke", {}],
  ["keys.delete", undefined],
] as const satisfies readonly (readonly [WriteId, object | undefined])[];

type ChangeId = (typeof CHANGES)[number][0];

function change(bench: Workbench, as: Caller, id: ChangeId, key: string): Promise<unknown> {
  const body = CHANGES.find(([each]) => each === id)?.[1];
  const wire = { params: { key }, ...(body !== undefined && { body }) };
  return bench.write(as, id, wire);
}

test("T02: a management key neither renews nor changes itself", async (t) => {
  const bench = await openWorkbench(t);
  const { key, caller } = await createManager(bench, ["*"]);
  for (const id of ["keys.update", "keys.rotate", "keys.secrets.add", "keys.disable"] as const) {
    await assertFails(change(bench, caller, id, key.id), "own_key");
  }
  const secret = { key: key.id, secret: key.secrets[0]?.id ?? "" };
  await assertFails(bench.write(caller, "keys.secrets.remove", { params: secret }), "own_key");
  await assertFails(
    bench.write(caller, "owners.disable", { params: { owner: "team-1" } }),
    "own_key",
  );
});

test("whoever holds a management key may end it", async (t) => {
  const bench = await openWorkbench(t);
  const { key, caller } = await createManager(bench, ["keys:write"]);
  await bench.write(caller, "keys.revoke", { params: { key: key.id } });
  assert.equal(bench.verifier.find(key.secret)?.state, "revoked");
});

test("T02: a weaker management key does nothing to a stronger one", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["keys:*", "owners:*"]);
  const strong = await createManager(bench, ["keys:*", "audit:read"], { owner: "team-2" });
  const before = bench.changes.length;
  for (const [id] of CHANGES) {
    await assertFails(change(bench, caller, id, strong.key.id), "exceeds_own_permissions");
  }
  const secret = { key: strong.key.id, secret: strong.key.secrets[0]?.id ?? "" };
  const removing = bench.write(caller, "keys.secrets.remove", { params: secret });
  await assertFails(removing, "exceeds_own_permissions");
  assert.equal(bench.changes.length, before);
});

test("T02: nor through its owner", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["keys:*", "owners:*"]);
  const strong = await createManager(bench, ["*"], { owner: "team-2" });
  const params = { owner: "team-2" };
  await assertFails(bench.write(caller, "owners.disable", { params }), "exceeds_own_permissions");
  await bench.write(bench.operator, "owners.disable", { params });
  await assertFails(bench.write(caller, "owners.enable", { params }), "exceeds_own_permissions");
  await bench.write(bench.operator, "keys.revoke", { params: { key: strong.key.id } });
  await bench.write(caller, "owners.enable", { params });
});

test("a management key manages its equals and those below", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["keys:*", "audit:read"]);
  const equal = await createManager(bench, ["keys:*", "audit:read"], { owner: "team-2" });
  const below = await createManager(bench, ["keys:verify"], { owner: "team-2" });
  const order = [
    "keys.update",
    "keys.rotate",
    "keys.disable",
    "keys.enable",
    "keys.revoke",
  ] as const;
  for (const { key } of [equal, below]) {
    for (const id of [...order, "keys.delete"] as const) await change(bench, caller, id, key.id);
  }
});

test("T02: a management key that ends makes none that ends later, and gives none a later end", async (t) => {
  const bench = await openWorkbench(t);
  const end = "2026-01-01T01:00:00Z";
  const { caller } = await createManager(bench, ["*"], { expires_at: end });
  const create = (expires_at?: string | null) =>
    bench.write(caller, "keys.create", {
      body: {
        api: "keyward",
        name: "child",
        owner: "team-1",
        ...(expires_at !== undefined && { expires_at }),
      },
    });
  for (const later of [undefined, null, "2026-01-01T01:00:00.001Z"]) {
    await assertFails(create(later), "exceeds_own_permissions");
  }
  const child = await create(end);
  for (const later of [null, "2026-01-01T01:00:00.001Z"]) {
    const params = { key: child.id };
    const updating = bench.write(caller, "keys.update", { params, body: { expires_at: later } });
    await assertFails(updating, "exceeds_own_permissions");
  }
});

test("T02: a management key that ends takes no secret of one that lasts longer", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["*"], { expires_at: "2026-01-01T01:00:00Z" });
  const lasting = (await createManager(bench, ["keys:read"])).key;
  const params = { key: lasting.id };
  await assertFails(bench.write(caller, "keys.rotate", { params }), "exceeds_own_permissions");
  await assertFails(bench.write(caller, "keys.secrets.add", { params }), "exceeds_own_permissions");
  await bench.write(caller, "keys.secrets.add", {
    params,
    body: { expires_at: "2026-01-01T01:00:00Z" },
  });
  await bench.write(bench.operator, "keys.disable", { params });
  await assertFails(bench.write(caller, "keys.enable", { params }), "exceeds_own_permissions");
  await bench.write(caller, "keys.revoke", { params });
});

const HERE = { ips: ["203.0.113.0/24"] };
const ELSEWHERE = { ips: ["203.0.113.0/24", "198.51.100.0/24"] };

test("T02: a restricted management key makes only keys that are restricted alike", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["*"], { restrictions: HERE });
  const create = (fields: object) =>
    bench.write(caller, "keys.create", {
      body: { api: "keyward", name: "child", owner: "team-1", ...fields },
    });
  for (const fields of [{}, { restrictions: null }, { restrictions: ELSEWHERE }]) {
    await assertFails(create(fields), "exceeds_own_permissions");
  }
  const params = { key: (await create({ restrictions: HERE })).id };
  for (const restrictions of [null, ELSEWHERE]) {
    const updating = bench.write(caller, "keys.update", { params, body: { restrictions } });
    await assertFails(updating, "exceeds_own_permissions");
  }
  await bench.write(caller, "keys.update", { params, body: { name: "renamed" } });
  await bench.write(caller, "keys.rotate", { params });
});

test("T02: a restricted management key takes no secret of one that is restricted otherwise, and only ends it", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["*"], { restrictions: HERE });
  for (const fields of [{}, { restrictions: ELSEWHERE }]) {
    const { key } = await createManager(bench, ["keys:read"], { owner: "team-2", ...fields });
    const params = { key: key.id };
    for (const id of ["keys.update", "keys.rotate", "keys.secrets.add", "keys.enable"] as const) {
      await assertFails(change(bench, caller, id, key.id), "exceeds_own_permissions");
    }
    const body = { restrictions: HERE };
    const seizing = bench.write(caller, "keys.update", { params, body });
    await assertFails(seizing, "exceeds_own_permissions");
    await bench.write(bench.operator, "owners.disable", { params: { owner: "team-2" } });
    const enabling = bench.write(caller, "owners.enable", { params: { owner: "team-2" } });
    await assertFails(enabling, "exceeds_own_permissions");
    await bench.write(bench.operator, "owners.enable", { params: { owner: "team-2" } });
    await bench.write(caller, "keys.disable", { params });
    await bench.write(caller, "keys.revoke", { params });
  }
});

test("T02: a management key that ends brings back no owner of one that lasts longer", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["*"], { expires_at: "2026-01-01T01:00:00Z" });
  await createManager(bench, ["keys:read"], { owner: "team-2" });
  const params = { owner: "team-2" };
  await bench.write(caller, "owners.disable", { params });
  await assertFails(bench.write(caller, "owners.enable", { params }), "exceeds_own_permissions");
});

test("keys of a protected api are not bound to the permissions of who makes them", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await createManager(bench, ["keys:write"], {
    expires_at: "2026-01-01T01:00:00Z",
  });
  await bench.write(bench.operator, "apis.create", {
    body: { name: "Acme", prefix: "acme", audience: "urn:acme", scopes: ["invoices:read"] },
  });
  const key = await bench.write(caller, "keys.create", {
    body: { api: "acme", name: "production", owner: "customer-1", scopes: ["invoices:read"] },
  });
  assert.equal(key.expires_at, null);
});

const GRANTS = ["*", "keys:*", ...Object.keys(PERMISSIONS)];
const anyGrants = fc.subarray(GRANTS, { maxLength: 4 });
const anyEnd = fc.option(fc.integer({ min: 1, max: 5 }).map((seconds) => START + seconds * 1_000));

interface Powers {
  readonly grants: readonly string[];
  /** Milliseconds since 1970; `null` is never. */
  readonly end: number | null;
}

const anyPowers: fc.Arbitrary<Powers> = fc.record({ grants: anyGrants, end: anyEnd });

function isAtMost(child: Powers, parent: Powers): boolean {
  const grants = child.grants.map(parseScopeGrant).filter((grant): grant is ScopeGrant => !!grant);
  return (
    isWithin(grants, compileGrants(parent.grants)) &&
    (child.end ?? Infinity) <= (parent.end ?? Infinity)
  );
}

async function openWithParents(t: TestContext) {
  const bench = await openWorkbench(t);
  assert.equal(bench.clock.now(), new FakeClock().now());
  const fieldsOf = ({ end }: Powers) => ({
    expires_at: end === null ? null : new Date(end).toISOString(),
  });
  const make = (powers: Powers, owner: string) =>
    createManager(bench, powers.grants, { owner, ...fieldsOf(powers) });
  return { bench, make, fieldsOf };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof OperationError) return error.code;
    throw error;
  }
}

test("T02: whatever is asked for, a management key that is created is at most its parent", async (t) => {
  const { bench, make, fieldsOf } = await openWithParents(t);
  await fc.assert(
    fc.asyncProperty(anyPowers, anyPowers, async (parent, child) => {
      const { caller } = await make(parent, "parents");
      const body = { api: "keyward", name: "child", owner: "children", scopes: [...child.grants] };
      const creating = bench.write(caller, "keys.create", {
        body: { ...body, ...fieldsOf(child) },
      });
      assert.equal(
        await codeOf(creating),
        isAtMost(child, parent) ? "done" : "exceeds_own_permissions",
      );
    }),
    { numRuns: 60 },
  );
});

test("T02: whatever is changed, no management key comes to have more than who changed it", async (t) => {
  const { bench, make, fieldsOf } = await openWithParents(t);
  await fc.assert(
    fc.asyncProperty(anyPowers, anyPowers, anyPowers, async (parent, before, after) => {
      const { caller } = await make(parent, "parents");
      const { key } = await make(before, "children");
      const updating = bench.write(caller, "keys.update", {
        params: { key: key.id },
        body: { scopes: [...after.grants], ...fieldsOf(after) },
      });
      const isMayManage = isAtMost({ ...before, end: 0 }, parent);
      const isFine = isMayManage && isAtMost(after, parent);
      assert.equal(await codeOf(updating), isFine ? "done" : "exceeds_own_permissions");
    }),
    { numRuns: 60 },
  );
});

test("T02: whoever gets a secret of a management key out of a rotation has all its powers already", async (t) => {
  const { bench, make } = await openWithParents(t);
  await fc.assert(
    fc.asyncProperty(anyPowers, anyPowers, async (parent, other) => {
      const { caller } = await make(parent, "parents");
      const { key } = await make(other, "others");
      const code = await codeOf(bench.write(caller, "keys.rotate", { params: { key: key.id } }));
      assert.equal(code, isAtMost(other, parent) ? "done" : "exceeds_own_permissions");
    }),
    { numRuns: 60 },
  );
});
