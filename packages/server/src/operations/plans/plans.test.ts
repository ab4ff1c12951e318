import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { OPERATIONS } from "../../contract/operations.ts";
import { sampleFacts, samplePlan } from "../../storage/testing/sample.ts";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";

const BURST = { name: "burst", kind: "rate", rate: 10 } as const;
const BURST_WHOLE = {
  name: "burst",
  kind: "rate",
  per: null,
  dry_run: false,
  when_unavailable: "local",
  rate: 10,
  per_seconds: 1,
  burst: 10,
} as const;

async function openWithPlan(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const plan = await create(bench);
  return { bench, plan, params: { plan: plan.id } };
}

function create(bench: Workbench, fields: Partial<Wire<"plans.create">["body"]> = {}) {
  return bench.write(bench.operator, "plans.create", {
    body: { name: "free", limits: [BURST], ...fields },
  });
}

function limitsOf(bench: Workbench, secret: string) {
  const key = bench.verifier.find(secret);
  return [key?.limits, key?.ownerLimits, key?.apiLimits];
}

test("a plan is created as asked for, with every default written out, and found by its name", async (t) => {
  const { bench, plan } = await openWithPlan(t);
  assert.deepEqual(plan, {
    id: plan.id,
    name: "free",
    description: null,
    limits: [BURST_WHOLE],
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    rev: plan.rev,
  });
  assert.match(plan.id, /^pln_/);
  const params = { plan: "free" };
  assert.deepEqual(await bench.read(bench.operator, "plans.get", { params }), plan);
  await assertFails(create(bench), "name_taken");
});

test("a change of a plan reaches the verifier without touching a key", async (t) => {
  const { bench, params } = await openWithPlan(t);
  const key = await createAcmeKey(bench, { plan: "free" });
  assert.deepEqual([key.plan, key.plan_id, key.limits], ["free", params.plan, []]);
  assert.deepEqual(limitsOf(bench, key.secret), [[BURST_WHOLE], [], []]);
  const limits = [{ ...BURST, rate: 7 }];
  await bench.write(bench.operator, "plans.update", { params, body: { limits } });
  assert.deepEqual(limitsOf(bench, key.secret), [[{ ...BURST_WHOLE, rate: 7, burst: 7 }], [], []]);
  const after = await bench.read(bench.operator, "keys.get", { params: { key: key.id } });
  assert.equal(after.rev, key.rev);
});

test("own limits take the place of the plan's, and leave again", async (t) => {
  const { bench } = await openWithPlan(t);
  const key = await createAcmeKey(bench, { plan: "free", limits: [{ ...BURST, rate: 99 }] });
  const own = { ...BURST_WHOLE, rate: 99, burst: 99 };
  assert.deepEqual(limitsOf(bench, key.secret)[0], [own]);
  const params = { key: key.id };
  await bench.write(bench.operator, "keys.update", { params, body: { limits: [] } });
  assert.deepEqual(limitsOf(bench, key.secret)[0], [BURST_WHOLE]);
  await bench.write(bench.operator, "keys.update", { params, body: { plan: null } });
  assert.deepEqual(limitsOf(bench, key.secret)[0], []);
});

test("an owner and an api have limits of their own", async (t) => {
  const { bench } = await openWithPlan(t);
  const key = await createAcmeKey(bench);
  const shared = { name: "shared", kind: "window", limit: 5, window_seconds: 60 } as const;
  await bench.write(bench.operator, "owners.update", {
    params: { owner: key.owner_id },
    body: { plan: "free", limits: [shared] },
  });
  await bench.write(bench.operator, "apis.update", {
    params: { api: "acme" },
    body: { limits: [{ ...BURST, name: "all", per: "network" }] },
  });
  const [ofKey, ofOwner, ofApi] = limitsOf(bench, key.secret);
  assert.deepEqual(ofKey, []);
  assert.deepEqual(
    ofOwner?.map(({ name }) => name),
    ["burst", "shared"],
  );
  assert.deepEqual(
    ofApi?.map(({ name, per }) => [name, per]),
    [["all", "network"]],
  );
  const params = { owner: key.owner_id };
  const owner = await bench.read(bench.operator, "owners.get", { params });
  assert.equal(owner.plan, "free");
});

test("a plan is deleted only when no key, no client and no owner has it", async (t) => {
  const { bench, params } = await openWithPlan(t);
  const key = await createAcmeKey(bench, { plan: "free" });
  const remove = () => bench.write(bench.operator, "plans.delete", { params });
  await assertFails(remove(), "in_use");
  const ofOwner = { params: { owner: key.owner_id } };
  await bench.write(bench.operator, "owners.update", { ...ofOwner, body: { plan: "free" } });
  const ofKey = { params: { key: key.id } };
  await bench.write(bench.operator, "keys.update", { ...ofKey, body: { plan: null } });
  await assertFails(remove(), "in_use");
  await bench.write(bench.operator, "owners.update", { ...ofOwner, body: { plan: null } });
  const resources = [{ api: "acme", scopes: ["invoices:read"] }];
  const body = { name: "c", owner: "team", environment: "live", resources, plan: "free" } as const;
  const client = await bench.write(bench.operator, "clients.create", { body });
  assert.equal(client.plan, "free");
  await assertFails(remove(), "in_use");
  const ofClient = { params: { client: client.id } };
  await bench.write(bench.operator, "clients.update", { ...ofClient, body: { plan: null } });
  await remove();
  await assertFails(bench.read(bench.operator, "plans.get", { params }), "not_found");
});

test("a plan that is not there, and limits that cannot be, are refused where they stand, and change nothing", async (t) => {
  const { bench } = await openWithPlan(t);
  const before = bench.changes.length;
  await assertFails(createAcmeKey(bench, { plan: "gold" }), "invalid_request", {
    pointer: "/plan",
    code: "unknown_plan",
  });
  for (const [limit, pointer] of [
    [{ ...BURST, rate: 0 }, "/limits/0/rate"],
    [{ ...BURST, rate: -1 }, "/limits/0/rate"],
    [{ ...BURST, rate: 0.5 }, "/limits/0/rate"],
    [{ ...BURST, rate: 1e300 }, "/limits/0/rate"],
    [{ ...BURST, per: "api" }, "/limits/0/per"],
    [
      { name: "q", kind: "quota", limit: 1, period: "day", time_zone: "Mars/Olympus" },
      "/limits/0/time_zone",
    ],
  ] as const) {
    const parsed = OPERATIONS["plans.update"].body.safeParse({ limits: [limit] });
    const [issue] = parsed.error?.issues ?? [];
    assert.equal(`/${issue?.path.join("/")}`, pointer);
  }
  assert.equal(bench.changes.length, before);
});

test("a management key takes neither a plan nor limits", async (t) => {
  const { bench } = await openWithPlan(t);
  const body = { api: "keyward", name: "ops", owner: "ops", scopes: ["keys:read"] };
  const creating = (fields: object) =>
    bench.write(bench.operator, "keys.create", { body: { ...body, ...fields } });
  await assertFails(creating({ plan: "free" }), "invalid_request", {
    pointer: "/plan",
    code: "not_for_management",
  });
  await assertFails(creating({ limits: [BURST] }), "invalid_request", {
    pointer: "/limits",
    code: "not_for_management",
  });
});

test("K6: a plan of another workspace is not there", async (t) => {
  const { bench, params } = await openWithPlan(t);
  const { caller: other } = await createTenant(bench);
  await assertFails(bench.read(other, "plans.get", { params }), "not_found");
  const writing = bench.write(other, "plans.update", { params, body: { name: "mine" } });
  await assertFails(writing, "not_found");
});

test("a workspace has at most 1,000 plans", async (t) => {
  const { bench } = await openWithPlan(t);
  const { scope } = bench.operator;
  await bench.storage.write(async (writer) => {
    for (let count = 1; count < 1_000; count++) {
      const value = samplePlan(scope);
      const change = { entity: "plan", id: value.id, value } as const;
      await writer.record(scope, change, sampleFacts("plan.created"));
    }
  });
  await assertFails(create(bench, { name: "one too many" }), "too_many");
});
