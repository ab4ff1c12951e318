// For tests alone: two workspaces whose ids, names and prefixes are the same, and neither may notice the other (K6, T03, I6).
import assert from "node:assert/strict";
import { digestKey } from "@keyward/core/key/digest";
import type {
  ApiId,
  EventId,
  KeyId,
  OwnerId,
  PlanId,
  RevocationId,
  RoleId,
  SecretId,
} from "@keyward/core/id";
import type { Api, Key, Owner, Plan, Role, Workspace } from "@keyward/core/model/records";
import type { Revocation } from "@keyward/core/model/revocation";
import { instant } from "@keyward/core/time";
import { tenantScope } from "../storage.ts";
import { checkClientIsolation } from "./client-isolation.ts";
import { checkFeedIsolation } from "./feed-isolation.ts";
import { checkEventsIsolation } from "./events-isolation.ts";
import { checkLoginIsolation } from "./login-isolation.ts";
import { checkPolicyIsolation } from "./policy-isolation.ts";
import { checkPeopleIsolation } from "./people-isolation.ts";
import { checkUsageIsolation, sampleBatch } from "./usage-isolation.ts";
import type { Reader, Reply, Storage, TenantScope } from "../storage.ts";
import {
  revoked,
  SAMPLE_NOW,
  sampleApi,
  sampleFacts,
  sampleId,
  sampleKey,
  sampleOwner,
  samplePlan,
  sampleRevocation,
  sampleRole,
  sampleSecret,
  sampleWorkspace,
} from "./sample.ts";

export interface LoggedCredentialEnd {
  readonly workspaceId: string;
  readonly keyId: string;
  readonly secretId: string | null;
}

/** A storage under test, with what an adapter shows beside its port. */
export interface OpenedStorage {
  readonly storage: Storage;
  /** What the adapter would end again after a restore (K10). */
  readonly credentialEnds?: () => Promise<readonly LoggedCredentialEnd[]>;
}

interface SharedIds {
  readonly api: ApiId;
  readonly role: RoleId;
  readonly plan: PlanId;
  readonly owner: OwnerId;
  readonly key: KeyId;
  readonly deletedKey: KeyId;
  readonly secret: SecretId;
  readonly revocation: RevocationId;
  readonly events: readonly EventId[];
}

/** `only…` is what the other does not have. */
interface Tenant {
  readonly label: string;
  readonly scope: TenantScope;
  readonly workspace: Workspace;
  readonly api: Api;
  readonly role: Role;
  readonly plan: Plan;
  readonly owner: Owner;
  readonly key: Key;
  readonly deletedKey: Key;
  readonly revocation: Revocation;
  readonly onlyApi: Api;
  readonly onlyOwner: Owner;
  readonly onlyKey: Key;
  readonly reply: Reply;
}

const PAGE = { limit: 50, after: null } as const;
const REPLY_KEY = new Uint8Array(32).fill(7);

function tenantOf(label: string, ids: SharedIds): Tenant {
  const workspace = sampleWorkspace({ name: `workspace of ${label}` });
  const api = sampleApi(workspace.id, { id: ids.api, prefix: "acme", name: `api of ${label}` });
  const role = sampleRole(api, { id: ids.role, name: "reader", description: `role of ${label}` });
  const plan = samplePlan(workspace.id, { id: ids.plan, name: "free", description: label });
  const owner = sampleOwner(workspace.id, {
    id: ids.owner,
    externalId: `${label}-42`,
    planId: ids.plan,
  });
  const of = { workspaceId: workspace.id, apiId: api.id, ownerId: owner.id };
  const key = sampleKey(of, {
    id: ids.key,
    name: `key of ${label}`,
    roleIds: [role.id],
    planId: plan.id,
    secrets: [
      sampleSecret({ id: ids.secret, digest: digestKey(`secret of ${label}`) }),
      sampleSecret({ digest: digestKey(`second secret of ${label}`) }),
    ],
  });
  const deletedKey = sampleKey(of, {
    id: ids.deletedKey,
    name: `deleted ${label}`,
    roleIds: [role.id],
  });
  const revocation = sampleRevocation(workspace.id, { id: ids.revocation, reason: label });
  const reply: Reply = {
    keyDigest: REPLY_KEY,
    requestDigest: new Uint8Array(32).fill(label.length),
    status: 201,
    body: new TextEncoder().encode(label),
    targetId: label,
    bodyExpiresAt: instant(SAMPLE_NOW + 600_000),
    expiresAt: instant(SAMPLE_NOW + 86_400_000),
  };
  const onlyApi = sampleApi(workspace.id);
  const onlyOwner = sampleOwner(workspace.id);
  const onlyKey = sampleKey(
    { workspaceId: workspace.id, apiId: onlyApi.id, ownerId: onlyOwner.id },
    { name: `only ${label}`, environment: "test" },
  );
  const scope = tenantScope(workspace.id);
  const shared = {
    label,
    scope,
    workspace,
    api,
    role,
    plan,
    owner,
    key,
    deletedKey,
    reply,
    revocation,
  };
  return { ...shared, onlyApi, onlyOwner, onlyKey };
}

/** Everything that a workspace's reader can see, by every way of asking. */
async function viewOf(reader: Reader, { scope }: Tenant, both: readonly [Tenant, Tenant]) {
  const [first, second] = both;
  const ids = first;
  const now = SAMPLE_NOW;
  const keys = async (filter: object) =>
    (await reader.listKeys(scope, { now, ...filter }, PAGE)).items.map(({ value }) => value.name);
  const texts = [first.label, second.label, ids.key.id, "42"];
  return {
    workspace: await reader.findWorkspace(scope),
    api: await reader.findApi(scope, ids.api.id),
    apiByPrefix: await reader.findApiByPrefix(scope, "acme"),
    apis: await reader.listApis(scope, PAGE),
    apisByIds: await reader.findApis(scope, [ids.api.id]),
    role: await reader.findRole(scope, ids.role.id),
    roleByName: await reader.findRoleByName(scope, ids.api.id, "reader"),
    roles: await reader.listRoles(scope, {}, PAGE),
    rolesOfApi: await reader.listRoles(scope, { apiId: ids.api.id }, PAGE),
    rolesByIds: await reader.findRoles(scope, [ids.role.id]),
    plan: await reader.findPlan(scope, ids.plan.id),
    planByName: await reader.findPlanByName(scope, "free"),
    plans: await reader.listPlans(scope, PAGE),
    plansByIds: await reader.findPlans(scope, [ids.plan.id]),
    planCount: await reader.countPlans(scope),
    isPlanUsed: await reader.isPlanUsed(scope, ids.plan.id),
    owner: await reader.findOwner(scope, ids.owner.id),
    ownerByExternalId: [
      await reader.findOwnerByExternalId(scope, first.owner.externalId),
      await reader.findOwnerByExternalId(scope, second.owner.externalId),
    ],
    owners: await reader.listOwners(scope, {}, PAGE),
    ownersByText: await Promise.all(texts.map((text) => reader.listOwners(scope, { text }, PAGE))),
    ownersByIds: await reader.findOwners(scope, [ids.owner.id]),
    key: await reader.findKey(scope, ids.key.id),
    onlyKeys: [
      await reader.findKey(scope, first.onlyKey.id),
      await reader.findKey(scope, second.onlyKey.id),
    ],
    keys: await reader.listKeys(scope, { now }, PAGE),
    keysByText: await Promise.all(texts.map((text) => keys({ text }))),
    keysByDigest: [
      await keys({ digest: digestKey(`secret of ${first.label}`) }),
      await keys({ digest: digestKey(`secret of ${second.label}`) }),
    ],
    keysByOwner: await keys({ ownerId: ids.owner.id }),
    keysByRole: await keys({ roleId: ids.role.id }),
    keysByApi: await keys({ apiId: ids.api.id }),
    keysByStatus: await keys({ status: "active" }),
    keysByEnvironment: await keys({ environment: "test" }),
    keysNotUsed: await keys({ notUsedSince: SAMPLE_NOW }),
    keysUsedFrom: await keys({ lastUsedFrom: "192.0.2.0/24" }),
    keyCounts: [
      await reader.countKeys(scope, { now }),
      await reader.countKeys(scope, { now, ownerId: ids.owner.id }),
      await reader.countKeys(scope, { now, roleId: ids.role.id, kind: "secret" }),
    ],
    revocation: await reader.findRevocation(scope, ids.revocation.id),
    revocations: await reader.listRevocations(scope, {}, PAGE),
    revocationsRunning: await reader.listRevocations(scope, { running: true }, PAGE),
    hasKeys: [
      await reader.hasKeys(scope, { apiId: ids.api.id }),
      await reader.hasKeys(scope, { ownerId: ids.owner.id }),
      await reader.hasKeys(scope, { roleId: ids.role.id }),
    ],
    events: await reader.listAuditEvents(scope, {}, PAGE),
    eventsOfKey: await reader.listAuditEvents(scope, { targetId: ids.key.id }, PAGE),
    reply: await reader.findReply(scope, REPLY_KEY, now),
  };
}

async function create(storage: Storage, tenant: Tenant, events: readonly EventId[]): Promise<void> {
  const { scope, workspace, api, role, plan, owner, key, deletedKey, reply, revocation } = tenant;
  const { onlyApi, onlyOwner, onlyKey } = tenant;
  const facts = (index: number) => {
    const id = events[index];
    return sampleFacts("key.created", id === undefined ? {} : { id });
  };
  await storage.write(async (writer) => {
    await writer.record(
      scope,
      { entity: "workspace", id: workspace.id, value: workspace },
      facts(0),
    );
    await writer.record(scope, { entity: "api", id: api.id, value: api }, facts(1));
    await writer.record(scope, { entity: "role", id: role.id, value: role }, facts(2));
    await writer.record(scope, { entity: "owner", id: owner.id, value: owner }, facts(3));
    await writer.record(scope, { entity: "key", id: key.id, value: key }, facts(4));
    await writer.record(scope, { entity: "key", id: deletedKey.id, value: deletedKey }, facts(5));
    await writer.record(scope, { entity: "api", id: onlyApi.id, value: onlyApi }, facts(6));
    await writer.record(scope, { entity: "owner", id: onlyOwner.id, value: onlyOwner }, facts(7));
    await writer.record(scope, { entity: "key", id: onlyKey.id, value: onlyKey }, facts(8));
    await writer.record(scope, { entity: "plan", id: plan.id, value: plan }, facts(9));
    const change = { entity: "revocation", id: revocation.id, value: revocation } as const;
    await writer.record(scope, change, facts(10));
    await writer.keepReply(scope, reply);
  });
  const [used] = deletedKey.secrets;
  assert.ok(used !== undefined);
  const batch = sampleBatch({ keyId: deletedKey.id, secretId: used.id });
  await storage.usage.count(scope, null, batch, SAMPLE_NOW);
}

/**
 * Fails when any statement of the adapter reaches beyond its workspace. It names nothing of an adapter, so that the same
 * check can be run with one predicate of one statement taken away.
 */
export async function checkIsolation({ storage, credentialEnds }: OpenedStorage): Promise<void> {
  const ids: SharedIds = {
    api: sampleId("api"),
    role: sampleId("role"),
    plan: sampleId("plan"),
    owner: sampleId("owner"),
    key: sampleId("key"),
    deletedKey: sampleId("key"),
    secret: sampleId("secret"),
    revocation: sampleId("revocation"),
    events: [sampleId("event"), sampleId("event"), sampleId("event")],
  };
  // With letters that no id has, so that no search for one finds the other by chance.
  const both = [tenantOf("alpha", ids), tenantOf("zulu", ids)] as const;
  const [alpha, zulu] = both;
  // Revs differ, so that a page which begins at the other's event shows.
  await create(storage, alpha, ids.events);
  await create(storage, zulu, ids.events.toReversed());

  for (const tenant of both) {
    const other = tenant === alpha ? zulu : alpha;
    await checkOwnThings(storage.reader, tenant, other);
    const otherBefore = await viewOf(storage.reader, other, both);
    await changeEverything(storage, tenant);
    assert.deepEqual(await viewOf(storage.reader, other, both), otherBefore);
    await storage.write(async (writer) => {
      assert.deepEqual(await viewOf(writer, other, both), otherBefore);
    });
  }
  await checkUnitIsolation(storage, alpha, zulu);
  const endsBefore = (await credentialEnds?.()) ?? [];
  await checkFeedIsolation(storage);
  await checkPeopleIsolation(storage);
  await checkEventsIsolation(storage);
  await checkUsageIsolation(storage);
  await checkClientIsolation(storage);
  await checkPolicyIsolation(storage);
  await checkLoginIsolation(storage);
  if (credentialEnds !== undefined) {
    const end = (tenant: Tenant, key: Key, secretId: string | null) => ({
      workspaceId: tenant.workspace.id,
      keyId: key.id,
      secretId,
    });
    assert.deepEqual(
      endsBefore,
      both.flatMap((tenant) => [
        end(tenant, tenant.key, tenant.key.secrets[1]?.id ?? null),
        end(tenant, tenant.key, null),
        end(tenant, tenant.deletedKey, null),
      ]),
    );
  }
}

/** Counters of the same name, in the same periods, one tenant's never the other's. */
async function checkUnitIsolation(storage: Storage, a: Tenant, b: Tenant): Promise<void> {
  const key = sampleId("key");
  const take = async (tenant: Tenant, wanted: number, periodStartMs = 1_000) => {
    const of = { workspaceId: tenant.workspace.id, counter: `${key}|quota|q`, periodStartMs };
    return (await storage.units.take([{ ...of, capacity: 10, wanted }]))[0]?.total;
  };
  for (const [tenant, order] of [
    [a, [1_000, 2_000]],
    [b, [2_000, 1_000]],
  ] as const) {
    for (const period of order) assert.equal(await take(tenant, 4, period), 4);
  }
  assert.equal(await take(a, 2), 6);
  assert.equal(await take(b, 0), 4);
  const of = { workspaceId: a.workspace.id, counter: `${key}|quota|q`, periodStartMs: 1_000 };
  await storage.units.giveBack([{ ...of, units: 5 }]);
  assert.equal(await take(a, 0), 1);
  assert.equal(await take(b, 0), 4);
  // One has begun more periods than are kept; what the other began first is there all the same, and after one more of its own.
  for (const period of [3_000, 4_000]) assert.equal(await take(a, 1, period), 1);
  assert.equal(await take(b, 0, 2_000), 4);
  assert.equal(await take(b, 1, 5_000), 1);
  assert.equal(await take(b, 0, 2_000), 4);
  await checkUnitDeletion(storage, a, b);
}

async function checkUnitDeletion(storage: Storage, a: Tenant, b: Tenant): Promise<void> {
  const id = sampleId("owner");
  const totalOf = async ({ workspace }: Tenant, wanted: number) => {
    const of = { workspaceId: workspace.id, counter: `${id}|credits|c`, periodStartMs: 0 };
    return (await storage.units.take([{ ...of, capacity: 9, wanted }]))[0]?.total;
  };
  for (const tenant of [a, b]) {
    const value = sampleOwner(tenant.workspace.id, { id });
    await storage.write((writer) =>
      writer.record(tenant.scope, { entity: "owner", id, value }, sampleFacts("owner.created")),
    );
    assert.equal(await totalOf(tenant, 1), 1);
  }
  await storage.write((writer) =>
    writer.record(a.scope, { entity: "owner", id, value: null }, sampleFacts("owner.deleted")),
  );
  assert.deepEqual([await totalOf(a, 0), await totalOf(b, 0)], [0, 1]);
}

async function checkOwnThings(reader: Reader, tenant: Tenant, other: Tenant): Promise<void> {
  const { scope, label } = tenant;
  const now = SAMPLE_NOW;
  const names = async (filter: object) =>
    (await reader.listKeys(scope, { now, ...filter }, PAGE)).items.map(({ value }) => value.name);
  const all = [`only ${label}`, `deleted ${label}`, `key of ${label}`];

  assert.deepEqual((await reader.findWorkspace(scope))?.value, tenant.workspace);
  assert.deepEqual((await reader.findApi(scope, tenant.api.id))?.value, tenant.api);
  assert.deepEqual((await reader.findApiByPrefix(scope, "acme"))?.value, tenant.api);
  assert.deepEqual(await reader.findApis(scope, [tenant.api.id]), [{ value: tenant.api, rev: 2 }]);
  assert.equal((await reader.listApis(scope, PAGE)).items.length, 2);
  assert.deepEqual((await reader.findRole(scope, tenant.role.id))?.value, tenant.role);
  const role = await reader.findRoleByName(scope, tenant.api.id, "reader");
  assert.deepEqual(role?.value, tenant.role);
  const roles = await reader.findRoles(scope, [tenant.role.id]);
  assert.deepEqual(roles, [{ value: tenant.role, rev: 3 }]);
  assert.equal((await reader.listRoles(scope, {}, PAGE)).items.length, 1);
  assert.deepEqual((await reader.findPlan(scope, tenant.plan.id))?.value, tenant.plan);
  assert.deepEqual((await reader.findPlanByName(scope, "free"))?.value, tenant.plan);
  const plans = await reader.findPlans(scope, [tenant.plan.id]);
  assert.deepEqual(plans, [{ value: tenant.plan, rev: 10 }]);
  assert.equal((await reader.listPlans(scope, PAGE)).items.length, 1);
  assert.equal(await reader.countPlans(scope), 1);
  assert.deepEqual((await reader.findOwner(scope, tenant.owner.id))?.value, tenant.owner);
  const owners = await reader.findOwners(scope, [tenant.owner.id]);
  assert.deepEqual(owners, [{ value: tenant.owner, rev: 4 }]);
  const foundOwner = await reader.findOwnerByExternalId(scope, tenant.owner.externalId);
  assert.deepEqual(foundOwner?.value, tenant.owner);
  assert.equal((await reader.listOwners(scope, {}, PAGE)).items.length, 2);
  assert.equal((await reader.listOwners(scope, { text: label }, PAGE)).items.length, 1);
  const otherOwners = await reader.listOwners(scope, { text: other.label }, PAGE);
  assert.equal(otherOwners.items.length, 0);
  assert.deepEqual((await reader.findKey(scope, tenant.key.id))?.value, tenant.key);
  assert.equal(await reader.findKey(scope, other.onlyKey.id), undefined);
  assert.deepEqual(await names({}), all);
  assert.deepEqual(await names({ ownerId: tenant.owner.id }), all.slice(1));
  assert.deepEqual(await names({ apiId: tenant.api.id }), all.slice(1));
  assert.deepEqual(await names({ status: "active" }), all);
  assert.deepEqual(await names({ roleId: tenant.role.id }), all.slice(1));
  assert.deepEqual(await names({ environment: "test" }), all.slice(0, 1));
  assert.deepEqual(await names({ text: `${label}-42` }), all.slice(1));
  assert.deepEqual(await names({ text: other.label }), []);
  assert.deepEqual(await names({ text: tenant.key.id }), [`key of ${label}`]);
  assert.deepEqual(await names({ digest: digestKey(`secret of ${label}`) }), [`key of ${label}`]);
  assert.deepEqual(await names({ digest: digestKey(`secret of ${other.label}`) }), []);
  assert.equal((await reader.findReply(scope, REPLY_KEY, now))?.targetId, label);
  const search = { now, text: `key of ${label}` };
  assert.equal((await reader.listKeys(scope, search, { limit: 1, after: null })).more, false);
  assert.deepEqual(await names({ notUsedSince: now }), [`only ${label}`, `key of ${label}`]);
  assert.equal(await reader.countKeys(scope, { now }), 3);
  assert.equal(await reader.countKeys(scope, { now, ownerId: tenant.owner.id }), 2);
  assert.equal(await reader.countKeys(scope, { now, roleId: tenant.role.id, kind: "secret" }), 2);
  const unused = { now, notUsedSince: now };
  assert.equal((await reader.listKeys(scope, unused, { limit: 2, after: null })).more, false);
  const usedFrom = { now, lastUsedFrom: "192.0.2.0/24" };
  assert.equal((await reader.listKeys(scope, usedFrom, { limit: 1, after: null })).more, false);
  const revocation = { value: tenant.revocation, rev: 11 };
  assert.deepEqual(await reader.findRevocation(scope, tenant.revocation.id), revocation);
  assert.deepEqual((await reader.listRevocations(scope, {}, PAGE)).items, [revocation]);
  const running = await reader.listRevocations(scope, { running: true }, PAGE);
  assert.deepEqual(running.items, [revocation]);
  assert.equal(await reader.hasKeys(scope, { apiId: tenant.onlyApi.id }), true);
  assert.equal(await reader.hasKeys(scope, { apiId: other.onlyApi.id }), false);
  assert.equal(await reader.hasKeys(scope, { ownerId: tenant.onlyOwner.id }), true);
  assert.equal(await reader.hasKeys(scope, { ownerId: other.onlyOwner.id }), false);

  const events = (await reader.listAuditEvents(scope, {}, PAGE)).items;
  assert.deepEqual(
    events.map(({ rev }) => rev),
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  );
  const after = events.at(-3)?.id ?? null;
  const page = await reader.listAuditEvents(scope, {}, { limit: 50, after });
  assert.deepEqual(
    page.items.map(({ rev }) => rev),
    [2, 1],
  );
}

/** Each kind of write once, in one workspace. */
async function changeEverything(storage: Storage, tenant: Tenant): Promise<void> {
  const { scope, workspace, api, role, plan, owner, key, deletedKey, revocation } = tenant;
  const facts = () => sampleFacts("key.updated");
  const [firstSecret] = key.secrets;
  assert.ok(firstSecret !== undefined);
  const batch = sampleBatch({ keyId: key.id, secretId: firstSecret.id }, { sequence: 2 });
  await storage.usage.count(scope, null, batch, SAMPLE_NOW);
  const withoutOthers = { roleIds: [], planId: null } as const;
  const rotated: Key = { ...key, ...withoutOthers, name: "rotated", secrets: [firstSecret] };
  const changedPlan: Plan = { ...plan, limits: [] };
  const moved: Owner = { ...owner, externalId: "moved", planId: null };
  const renamed: Workspace = { ...workspace, name: "renamed" };

  const rev = await storage.write(async (writer) => {
    await writer.record(scope, { entity: "workspace", id: workspace.id, value: renamed }, facts());
    await writer.record(
      scope,
      { entity: "api", id: api.id, value: { ...api, name: "new" } },
      facts(),
    );
    await writer.record(
      scope,
      { entity: "role", id: role.id, value: { ...role, name: "new" } },
      facts(),
    );
    await writer.record(scope, { entity: "plan", id: plan.id, value: changedPlan }, facts());
    await writer.record(scope, { entity: "owner", id: owner.id, value: moved }, facts());
    await writer.record(scope, { entity: "key", id: key.id, value: rotated }, facts());
    await writer.record(scope, { entity: "key", id: key.id, value: revoked(rotated) }, facts());
    await writer.keepProgress(scope, { ...revocation, revokedCount: 1, position: key.id });
    await writer.record(scope, { entity: "plan", id: plan.id, value: null }, facts());
    return writer.record(scope, { entity: "key", id: deletedKey.id, value: null }, facts());
  });
  assert.equal(rev, 20);

  const found = await storage.reader.findKey(scope, key.id);
  assert.deepEqual(found?.value, revoked(rotated));
  assert.equal(found?.rev, 18);
  const progress = (await storage.reader.findRevocation(scope, revocation.id))?.value;
  assert.deepEqual([progress?.revokedCount, progress?.position], [1, key.id]);
  assert.equal(await storage.reader.findKey(scope, deletedKey.id), undefined);
  const now = SAMPLE_NOW;
  const moving = await storage.reader.listKeys(scope, { now, text: "moved" }, PAGE);
  assert.equal(moving.items.length, 1);
  const withRole = { now, roleId: role.id, kind: "secret" } as const;
  assert.equal(await storage.reader.countKeys(scope, withRole), 0);
  assert.equal(await storage.reader.hasKeys(scope, { roleId: role.id }), false);
  assert.equal(await storage.reader.isPlanUsed(scope, plan.id), false);
  assert.equal(await storage.reader.hasKeys(scope, { apiId: api.id }), true);
}
