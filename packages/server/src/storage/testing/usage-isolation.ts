// For tests alone: what one workspace has used, where another has the same ids (K6, T03).
import assert from "node:assert/strict";
import type { KeyId, PlanId, SecretId } from "@keyward/core/id";
import type { Api, Key } from "@keyward/core/model/records";
import type { LogEntry } from "@keyward/core/log/entry";
import { instant } from "@keyward/core/time";
import type { UsageBatch } from "@keyward/core/usage/cell";
import { DistinctCounter } from "@keyward/core/usage/distinct-counter";
import type { Storage, TenantScope } from "../storage.ts";
import type { UsageDimension, UsageFilter } from "../usage.ts";
import {
  put,
  putTenant,
  revoked,
  SAMPLE_NOW,
  sampleFacts,
  sampleId,
  sampleKey,
  sampleOwner,
  sampleSecret,
} from "./sample.ts";

export const USAGE_DAY = Math.floor(SAMPLE_NOW / 86_400_000);
export const USAGE_MINUTE = Math.floor(SAMPLE_NOW / 60_000);
const HOUR = { from: instant(SAMPLE_NOW - 3_600_000), to: instant(SAMPLE_NOW + 3_600_000) };

interface UsingTenant {
  readonly scope: TenantScope;
  readonly api: Api;
  readonly planId: PlanId;
  readonly key: Key;
  /** How much this one counts of everything. */
  readonly times: number;
}

/** A batch with one of each, all of the one key. */
export function sampleBatch(
  { keyId, secretId }: { readonly keyId: KeyId; readonly secretId: SecretId },
  fields: Partial<UsageBatch> & { readonly times?: number } = {},
): UsageBatch {
  const { times = 1, ...batch } = fields;
  const minute = USAGE_MINUTE;
  return {
    source: "source-of-a-test",
    sequence: 1,
    cells: [
      { minute, keyId, code: "allowed", tag: "", count: times, cost: 2 * times },
      { minute, keyId, code: "allowed", tag: "GET/things", count: times, cost: 0 },
      { minute, keyId, code: "revoked", tag: "", count: times, cost: 0 },
      { minute, keyId: null, code: "unknown", tag: "", count: times, cost: 0 },
    ],
    uses: [
      {
        keyId,
        secretId,
        at: SAMPLE_NOW,
        network: "192.0.2.0/24",
        agent: null,
        networks: networks(times, 1_000 * times),
      },
    ],
    strangers: [{ minute, code: "unknown", network: "192.0.2.0/24", brand: "acme", count: times }],
    needs: [{ day: USAGE_DAY, keyId, need: `things:${times}` }],
    log: [sampleEntry({ keyId, more: times })],
    ...batch,
  };
}

export function sampleEntry(fields: Partial<LogEntry>): LogEntry {
  return {
    at: SAMPLE_NOW,
    code: "expired",
    keyId: null,
    brand: "",
    tag: "",
    cost: 1,
    method: "GET",
    path: "/things",
    network: "192.0.2.0/24",
    agent: null,
    detail: null,
    more: 0,
    ...fields,
  };
}

export function networks(count: number, first = 0): string {
  const counter = new DistinctCounter();
  for (let number = 0; number < count; number++) counter.add(`network ${first + number}`);
  return counter.toText();
}

/** The same key id is of another api in each, and the same owner id of another plan. */
async function makeTenants(storage: Storage): Promise<readonly [UsingTenant, UsingTenant]> {
  const keyId = sampleId("key");
  const secretId = sampleId("secret");
  const ownerId = sampleId("owner");
  const make = async (times: number): Promise<UsingTenant> => {
    const { scope, workspace, api } = await putTenant(storage);
    const planId = sampleId("plan");
    await put(storage, scope, sampleOwner(workspace.id, { id: ownerId, planId }));
    const key = sampleKey(
      { workspaceId: workspace.id, apiId: api.id, ownerId },
      { id: keyId, secrets: [sampleSecret({ id: secretId }), sampleSecret()] },
    );
    await put(storage, scope, key);
    return { scope, api, planId, key, times };
  };
  return [await make(3), await make(5)];
}

async function count({ usage }: Storage, tenant: UsingTenant, batch: UsageBatch): Promise<void> {
  const subject = { apiId: tenant.api.id, environment: tenant.key.environment };
  const counted = await usage.count(tenant.scope, subject, batch, SAMPLE_NOW);
  assert.deepEqual(counted, { outcome: "counted", lateCount: 0, newNetworks: [] });
}

async function viewOf({ usage, logs, reader }: Storage, { scope, key }: UsingTenant) {
  const sums = async (filter: UsageFilter, by: readonly UsageDimension[], byBucket: boolean) => {
    const found = await usage.sum(scope, { grain: "minute", ...HOUR, filter, by, byBucket });
    return found.map((sum) => [...sum.names, sum.count].join(" ")).sort();
  };
  const logged = async (of: { readonly keyId?: KeyId }) => {
    const found = await logs.list(scope, { ...HOUR, ...of, after: null, limit: 10 });
    return found.map(({ keyId, apiId, more }) => [keyId, apiId, more].join(" "));
  };
  return {
    all: await sums({}, ["code", "tag"], true),
    byKey: await sums({}, ["key", "owner", "plan", "api", "environment", "code"], false),
    ofKey: await sums({ keyId: key.id }, ["code"], false),
    strangers: await usage.listStrangers(scope, HOUR, 10),
    log: await logged({}),
    logOfKey: await logged({ keyId: key.id }),
    lastUses: await reader.findLastUses(scope, [key.id]),
    networks: [...(await reader.countNetworks(scope, key.id, SAMPLE_NOW))],
    networksOfKeys: [...(await reader.countNetworksOf(scope, [key.id], HOUR))],
    needs: await reader.listNeeds(scope, [key.id]),
  };
}

/** Fails when any statement about usage reaches beyond its workspace. */
export async function checkUsageIsolation(storage: Storage): Promise<void> {
  const both = await makeTenants(storage);
  const [first, second] = both;
  const secretOf = ({ key }: UsingTenant, index: number) =>
    key.secrets[index]?.id ?? sampleId("secret");
  // The numbers of the series differ, so that one of the other shows.
  const lead: UsageBatch = {
    source: "another-source-of-it",
    sequence: 1,
    cells: (["disabled", "expired"] as const).map((code) => {
      return { minute: USAGE_MINUTE, keyId: null, code, tag: "", count: 1, cost: 0 };
    }),
    uses: [],
    strangers: [],
    needs: [],
    log: [],
  };
  await storage.usage.count(second.scope, null, lead, SAMPLE_NOW);
  for (const tenant of both) {
    const { times, key } = tenant;
    const of = { keyId: key.id, secretId: secretOf(tenant, 0) };
    const other = tenant === first ? second : first;
    const foreign = sampleBatch({ keyId: key.id, secretId: secretOf(other, 1) }).uses;
    const batch = sampleBatch(of, { times });
    await count(storage, tenant, { ...batch, uses: [...batch.uses, ...foreign] });
  }
  for (const tenant of both) {
    const { key, api, planId, times } = tenant;
    const view = await viewOf(storage, tenant);
    assert.deepEqual(view.all, [
      `allowed  ${times}`,
      `allowed GET/things ${times}`,
      ...(tenant === second ? ["disabled  1", "expired  1"] : []),
      `revoked  ${times}`,
      `unknown  ${times}`,
    ]);
    const facts = `${key.id} ${key.ownerId} ${planId} ${api.id} ${key.environment}`;
    assert.ok(view.byKey.includes(`${facts} allowed ${2 * times}`));
    assert.ok(view.byKey.includes(`${facts} revoked ${times}`));
    assert.deepEqual(view.ofKey, [`allowed ${2 * times}`, `revoked ${times}`]);
    assert.deepEqual(view.strangers, [
      { code: "unknown", network: "192.0.2.0/24", brand: "acme", count: times },
    ]);
    assert.deepEqual(view.networks, [[key.secrets[0]?.id, times]]);
    assert.deepEqual(view.networksOfKeys, [[key.id, times]]);
    assert.equal(view.lastUses.length, 1);
    assert.deepEqual(
      view.needs.map(({ need }) => need),
      [`things:${times}`],
    );
  }
  await checkLaterChanges(storage, both);
}

async function checkLaterChanges(
  storage: Storage,
  both: readonly [UsingTenant, UsingTenant],
): Promise<void> {
  for (const tenant of both) {
    const { scope, key, planId, times } = tenant;
    const other = tenant === both[0] ? both[1] : both[0];
    const before = await viewOf(storage, other);
    const secretId = key.secrets[0]?.id ?? sampleId("secret");
    const [use] = sampleBatch({ keyId: key.id, secretId }).uses;
    assert.ok(use !== undefined);
    const more = { ...use, networks: networks(1, 100) };
    const batch = sampleBatch({ keyId: key.id, secretId }, { sequence: 2, times, uses: [more] });
    // Now for the whole workspace, so that of what is told of no key nothing but the tenant differs.
    const counted = await storage.usage.count(scope, null, batch, SAMPLE_NOW);
    assert.equal(counted.outcome, "counted");
    const view = await viewOf(storage, tenant);
    const facts = `${key.id} ${key.ownerId} ${planId} ${key.apiId} ${key.environment}`;
    assert.ok(view.byKey.includes(`${facts} allowed ${4 * times}`));
    assert.ok(view.all.includes(`unknown  ${2 * times}`));
    assert.deepEqual(view.networks, [[secretId, times + 1]]);
    assert.deepEqual(view.ofKey, [`allowed ${4 * times}`, `revoked ${2 * times}`]);
    await put(storage, scope, revoked(key));
    await storage.write(async (writer) => {
      await writer.record(
        scope,
        { entity: "key", id: key.id, value: null },
        sampleFacts("key.deleted"),
      );
    });
    const gone = await viewOf(storage, tenant);
    assert.deepEqual([gone.networks, gone.needs], [[], []]);
    assert.deepEqual(await viewOf(storage, other), before);
  }
}
