// For tests alone: what a feed tells of one workspace, api and environment, where another has the same ids (K6, T03).
import assert from "node:assert/strict";
import type { Change } from "@keyward/core/feed/change";
import type { Api, Key, Owner, Plan, Role, Workspace } from "@keyward/core/model/records";
import { instant } from "@keyward/core/time";
import { tenantScope } from "../storage.ts";
import type { FeedChange, Storage, TenantScope } from "../storage.ts";
import {
  revoked,
  SAMPLE_NOW,
  sampleApi,
  sampleFacts,
  sampleId,
  sampleKey,
  sampleOwner,
  samplePlan,
  sampleRole,
  sampleSecret,
  sampleWorkspace,
} from "./sample.ts";

/** Of one tenant: in the other, the keys and the role of the same ids belong to the other of the two apis. */
interface FedTenant {
  readonly scope: TenantScope;
  readonly workspace: Workspace;
  readonly api: Api;
  readonly otherApi: Api;
  readonly role: Role;
  readonly owner: Owner;
  readonly keylessOwner: Owner;
  readonly keys: readonly [Key, Key];
}

const LATER = instant(SAMPLE_NOW + 1_000);

function fedTenants(): readonly [FedTenant, FedTenant] {
  const [p, q, r, o, idle] = [
    sampleId("api"),
    sampleId("api"),
    sampleId("role"),
    sampleId("owner"),
    sampleId("owner"),
  ];
  const keyIds = [sampleId("key"), sampleId("key")] as const;
  const make = (apiId: typeof p, otherId: typeof p): FedTenant => {
    const workspace = sampleWorkspace();
    const api = sampleApi(workspace.id, { id: apiId });
    const role = sampleRole(api, { id: r });
    const otherApi = sampleApi(workspace.id, { id: otherId });
    const owner = sampleOwner(workspace.id, { id: o });
    const of = { workspaceId: workspace.id, apiId, ownerId: owner.id };
    const [first, second] = keyIds;
    const scope = tenantScope(workspace.id);
    return {
      scope,
      workspace,
      api,
      otherApi,
      role,
      owner,
      keylessOwner: sampleOwner(workspace.id, { id: idle }),
      keys: [
        sampleKey(of, { id: first, secrets: [sampleSecret(), sampleSecret()] }),
        sampleKey(of, { id: second, roleIds: [role.id] }),
      ],
    };
  };
  return [make(p, q), make(q, p)];
}

/** Fails when a feed tells of what is not its subject's, or leaves out what is. */
export async function checkFeedIsolation(storage: Storage): Promise<void> {
  const [a, b] = fedTenants();
  for (const tenant of [a, b]) {
    const { workspace, api, otherApi, role, owner, keylessOwner, keys } = tenant;
    for (const value of [api, otherApi])
      await record(storage, tenant, put("api", value), workspace);
    await record(storage, tenant, put("role", role));
    for (const value of [owner, keylessOwner]) await record(storage, tenant, put("owner", value));
    for (const key of keys) await record(storage, tenant, put("key", key));
  }
  // The owner without a key has one in the other workspace, of the very same api.
  const elsewhere = sampleKey(
    { workspaceId: b.workspace.id, apiId: a.api.id, ownerId: b.keylessOwner.id },
    { environment: "live" },
  );
  await record(storage, b, put("key", elsewhere));

  for (const tenant of [a, b]) {
    const { api, role, owner, keys } = tenant;
    const all = [api.id, role.id, owner.id, keys[0].id, keys[1].id];
    assert.deepEqual(idsOf(await changesOf(storage, tenant, api)), all);
    const snapshot = await snapshotOf(storage, tenant, api);
    assert.deepEqual(idsOf(snapshot), all);
    assert.deepEqual(
      snapshot.slice(-2).map(({ change }) => change.value),
      keys,
    );
    const [secret] = keys[0].secrets;
    assert.ok(secret !== undefined);
    const subject = { apiId: api.id, environment: "live" } as const;
    const found = await storage.feed.findByDigest(tenant.scope, subject, secret.digest);
    assert.deepEqual(idsOf(found.changes), [api.id, role.id, owner.id, keys[0].id]);
    const other = tenant === a ? b : a;
    for (const [scope, apiId, environment] of [
      [other.scope, api.id, "live"],
      [other.scope, other.api.id, "live"],
      [tenant.scope, tenant.otherApi.id, "live"],
      [tenant.scope, api.id, "test"],
    ] as const) {
      const none = await storage.feed.findByDigest(scope, { apiId, environment }, secret.digest);
      assert.deepEqual(none.changes, []);
    }
  }
  assert.deepEqual(idsOf(await changesOf(storage, a, a.otherApi)), [a.otherApi.id]);
  assert.deepEqual(idsOf(await snapshotOf(storage, a, a.otherApi)), [a.otherApi.id]);
  assert.deepEqual(idsOf(await snapshotOf(storage, b, b.otherApi)), [
    b.otherApi.id,
    b.keylessOwner.id,
    elsewhere.id,
  ]);

  await checkPlans(storage, a, b);
  await checkDeletions(storage, a, b);
  await checkTrim(storage, a, b);
}

/** A plan is told to every feed of its workspace, and to none of another. */
async function checkPlans(storage: Storage, a: FedTenant, b: FedTenant): Promise<void> {
  const plan = samplePlan(b.workspace.id);
  const before = [await headOf(storage, a), await headOf(storage, b)] as const;
  await record(storage, b, put("plan", plan));
  for (const api of [b.api, b.otherApi]) {
    assert.deepEqual(idsOf(await changesOf(storage, b, api, before[1])), [plan.id]);
    assert.ok(idsOf(await snapshotOf(storage, b, api)).includes(plan.id));
  }
  assert.deepEqual(idsOf(await changesOf(storage, a, a.api, before[0])), []);
  assert.deepEqual(idsOf(await snapshotOf(storage, a, a.otherApi)), [a.otherApi.id]);
  const head = await headOf(storage, b);
  await record(storage, b, { entity: "plan", id: plan.id, value: null });
  assert.deepEqual(idsOf(await changesOf(storage, b, b.api, head)), [plan.id]);
}

/** Whoever is deleted first, each deletion is told to the feed that had it, and to no other. */
async function checkDeletions(storage: Storage, a: FedTenant, b: FedTenant): Promise<void> {
  for (const [index, order] of [
    [a, b],
    [b, a],
  ].entries()) {
    for (const tenant of order) {
      const key = tenant.keys[index];
      assert.ok(key !== undefined);
      await record(storage, tenant, put("key", revoked(key)));
      const before = await headOf(storage, tenant);
      await record(storage, tenant, { entity: "key", id: key.id, value: null });
      assert.deepEqual(idsOf(await changesOf(storage, tenant, tenant.api, before)), [key.id]);
      assert.deepEqual(idsOf(await changesOf(storage, tenant, tenant.otherApi, before)), []);
    }
  }
  for (const tenant of [b, a]) {
    const before = await headOf(storage, tenant);
    await record(storage, tenant, { entity: "role", id: tenant.role.id, value: null });
    assert.deepEqual(idsOf(await changesOf(storage, tenant, tenant.api, before)), [tenant.role.id]);
    assert.deepEqual(idsOf(await changesOf(storage, tenant, tenant.otherApi, before)), []);
    await record(storage, tenant, put("role", tenant.role));
  }
  for (const tenant of [a, b]) {
    const before = await headOf(storage, tenant);
    await record(storage, tenant, { entity: "role", id: tenant.role.id, value: null });
    assert.deepEqual(idsOf(await changesOf(storage, tenant, tenant.api, before)), [tenant.role.id]);
  }
}

/** What is old in one workspace is not what is old in the other. */
async function checkTrim(storage: Storage, a: FedTenant, b: FedTenant): Promise<void> {
  const rename = (tenant: FedTenant, at = SAMPLE_NOW) =>
    record(storage, tenant, put("workspace", tenant.workspace), undefined, at);
  for (let count = 0; count < 5; count++) await rename(a);
  const [headOfA, headOfB] = [await headOf(storage, a), await headOf(storage, b)];
  await rename(a, LATER);
  await rename(b, LATER);
  await rename(b, LATER);
  const readable = async ({ scope, api }: FedTenant, after: number) => {
    const subject = { apiId: api.id, environment: "live" } as const;
    return (await storage.feed.readChanges(scope, subject, after, 1)) !== undefined;
  };
  await storage.system.trimChanges({ since: LATER, countMin: 1_000 });
  assert.equal(await readable(a, 0), true, "the last thousand are kept, however old");
  await storage.system.trimChanges({ since: LATER, countMin: 1 });
  for (const [tenant, head] of [
    [a, headOfA],
    [b, headOfB],
  ] as const) {
    assert.equal(await readable(tenant, head - 1), false, "what is old is gone");
    assert.equal(await readable(tenant, head), true, "what is young is kept, however far back");
  }
}

type Values = {
  readonly workspace: Workspace;
  readonly api: Api;
  readonly role: Role;
  readonly plan: Plan;
  readonly owner: Owner;
  readonly key: Key;
};

function put<Entity extends keyof Values>(entity: Entity, value: Values[Entity]): Change {
  return { entity, id: value.id, value } as unknown as Change;
}

/** @param first a workspace that there may not be yet */
async function record(
  storage: Storage,
  { scope }: FedTenant,
  change: Change,
  first?: Workspace,
  at = SAMPLE_NOW,
): Promise<void> {
  await storage.write(async (writer) => {
    if (first !== undefined && (await writer.findWorkspace(scope)) === undefined) {
      await writer.record(scope, put("workspace", first), sampleFacts("workspace.created", { at }));
    }
    await writer.record(scope, change, sampleFacts("key.updated", { at }));
  });
}

async function headOf(storage: Storage, { scope, api }: FedTenant): Promise<number> {
  const subject = { apiId: api.id, environment: "live" } as const;
  const scan = await storage.feed.scanSubject(scope, subject, "all");
  scan.close();
  return scan.rev;
}

async function changesOf(
  storage: Storage,
  { scope }: FedTenant,
  { id: apiId }: Api,
  after = 0,
): Promise<readonly FeedChange[]> {
  const subject = { apiId, environment: "live" } as const;
  const page = await storage.feed.readChanges(scope, subject, after, 1_000);
  assert.ok(page !== undefined);
  return page.changes;
}

async function snapshotOf(
  storage: Storage,
  { scope }: FedTenant,
  { id: apiId }: Api,
): Promise<readonly FeedChange[]> {
  const scan = await storage.feed.scanSubject(scope, { apiId, environment: "live" }, "all");
  const changes: FeedChange[] = [];
  for await (const page of scan.pages) changes.push(...page);
  scan.close();
  return changes;
}

function idsOf(changes: readonly FeedChange[]): readonly string[] {
  return changes.map(({ change }) => change.id);
}
