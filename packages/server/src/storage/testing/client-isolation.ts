// For tests alone: OAuth clients, signing keys and access tokens of two workspaces that share every id (K6, T03).
import assert from "node:assert/strict";
import { digestKey } from "@keyward/core/key/digest";
import type { Change } from "@keyward/core/feed/change";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client } from "@keyward/core/model/client";
import type { Api, Key, Owner } from "@keyward/core/model/records";
import type { SigningKey } from "@keyward/core/model/signing-key";
import { instant } from "@keyward/core/time";
import { tenantScope } from "../storage.ts";
import type { FeedChange, Storage, TenantScope } from "../storage.ts";
import {
  SAMPLE_NOW,
  SAMPLE_LIMIT,
  sampleApi,
  sampleClient,
  sampleFacts,
  sampleId,
  sampleKey,
  sampleOwner,
  sampleSigningKey,
  sampleToken,
  sampleWorkspace,
} from "./sample.ts";

interface ClientTenant {
  readonly scope: TenantScope;
  readonly api: Api;
  /** Of this workspace alone, and of the client as well. */
  readonly ownApi: Api;
  readonly owner: Owner;
  /** Has a client of the api in the other workspace alone. */
  readonly idleOwner: Owner;
  readonly client: Client;
  readonly foreignClient: Client;
  readonly signer: SigningKey;
  readonly key: Key;
  readonly revoked: AccessToken;
  readonly opaque: AccessToken;
}

const PAGE = { limit: 50, after: null } as const;

/** Fails when any statement about clients and their tokens reaches beyond its workspace. */
export async function checkClientIsolation(storage: Storage): Promise<void> {
  const both = await makeTenants(storage);
  const [a, b] = both;
  for (const tenant of both) {
    const other = tenant === a ? b : a;
    await checkReading(storage, tenant, other);
    await checkFeed(storage, tenant, other);
  }
  await checkFirstUse(storage, a, b);
  await checkRetirement(storage, both);
  await checkRetirement(storage, [b, a]);
  // The later first: whoever looks beyond its workspace meets the earlier one's.
  await checkWriting(storage, b, a);
  await checkWriting(storage, a, b);
  await checkApiDeletion(storage, both);
  await storage.system.forgetTokens(instant(SAMPLE_NOW + 700_000));
  assert.equal(await storage.reader.findToken(a.scope, digestOf(a.opaque)), undefined);
}

async function makeTenants(storage: Storage): Promise<readonly [ClientTenant, ClientTenant]> {
  const ids = {
    api: sampleId("api"),
    owner: sampleId("owner"),
    idle: sampleId("owner"),
    client: sampleId("client"),
    signer: sampleId("signingKey"),
    key: sampleId("key"),
    revoked: sampleId("token"),
    opaque: sampleId("token"),
  };
  const make = (label: string): ClientTenant => {
    const workspace = sampleWorkspace({ name: label });
    const api = sampleApi(workspace.id, { id: ids.api, name: label });
    const owner = sampleOwner(workspace.id, { id: ids.owner, externalId: label });
    const idleOwner = sampleOwner(workspace.id, { id: ids.idle, externalId: `idle ${label}` });
    const of = { workspaceId: workspace.id, apiId: api.id, ownerId: owner.id };
    const ownApi = sampleApi(workspace.id);
    const resources = [api, ownApi].map(({ id: apiId }) => ({ apiId, scopes: [] }));
    const own = { resources, planId: sampleId("plan"), limits: [SAMPLE_LIMIT] };
    const client = sampleClient(of, { id: ids.client, name: label, ...own });
    const key = sampleKey(of, { id: ids.key, name: label });
    const scope = tenantScope(workspace.id);
    return {
      scope,
      api,
      ownApi,
      owner,
      idleOwner,
      client,
      foreignClient: sampleClient({ ...of, ownerId: idleOwner.id }),
      signer: sampleSigningKey(workspace.id, { id: ids.signer }),
      key,
      revoked: sampleToken(client, { id: ids.revoked, digest: null, revoked: true }),
      opaque: sampleToken(client, { id: ids.opaque, keyId: key.id }),
    };
  };
  const both = [make("gamma"), make("delta")] as const;
  for (const tenant of both) {
    const { scope, api, ownApi, owner, idleOwner, client, signer, key } = tenant;
    const { revoked, opaque } = tenant;
    const workspace = sampleWorkspace({ id: scope, name: client.name });
    await record(storage, scope, [
      { entity: "workspace", id: scope, value: workspace },
      { entity: "api", id: api.id, value: api },
      { entity: "api", id: ownApi.id, value: ownApi },
      { entity: "owner", id: owner.id, value: owner },
      { entity: "owner", id: idleOwner.id, value: idleOwner },
      { entity: "signing_key", id: signer.id, value: signer },
      { entity: "key", id: key.id, value: key },
      { entity: "client", id: client.id, value: client },
      { entity: "token", id: revoked.id, value: revoked },
    ]);
    await storage.write((writer) => writer.keepToken(scope, opaque));
  }
  return both;
}

async function checkReading(
  storage: Storage,
  tenant: ClientTenant,
  other: ClientTenant,
): Promise<void> {
  const { scope, client, signer, opaque } = tenant;
  const { reader } = storage;
  assert.deepEqual((await reader.findClient(scope, client.id))?.value, client);
  assert.equal(await reader.findClient(scope, other.foreignClient.id), undefined);
  assert.equal(client.planId && (await reader.isPlanUsed(scope, client.planId)), true);
  const foreignPlan = other.client.planId;
  assert.equal(foreignPlan && (await reader.isPlanUsed(scope, foreignPlan)), false);
  const { environment } = client;
  for (const filter of [{}, { ownerId: tenant.owner.id }, { environment }]) {
    const list = await reader.listClients(scope, filter, PAGE);
    assert.deepEqual(
      list.items.map(({ value }) => value),
      [client],
    );
  }
  const elsewhere = environment === "live" ? "test" : "live";
  const none = await reader.listClients(scope, { environment: elsewhere }, PAGE);
  assert.deepEqual(none.items, []);
  const signers = await reader.listSigningKeys(scope);
  assert.deepEqual(
    signers.map(({ value }) => value),
    [signer],
  );
  assert.deepEqual(await reader.findToken(scope, digestOf(opaque)), opaque);
  assert.equal(await reader.findToken(scope, digestOf(other.opaque)), undefined);
}

async function checkFeed(
  storage: Storage,
  tenant: ClientTenant,
  other: ClientTenant,
): Promise<void> {
  const { scope, api, owner, idleOwner, client, foreignClient, signer, key, revoked, opaque } =
    tenant;
  await record(storage, other.scope, [
    { entity: "client", id: other.foreignClient.id, value: other.foreignClient },
  ]);
  const subject = { apiId: api.id, environment: "live" } as const;
  const there = { ...client, resources: client.resources.slice(0, 1) };
  const all = [api, signer, owner, there, revoked, key];
  assert.deepEqual(valuesOf(await snapshotOf(storage, scope, subject)), all);
  const head = (await storage.feed.readChanges(scope, subject, 0, 1_000))?.to ?? 0;
  await record(storage, scope, [{ entity: "owner", id: idleOwner.id, value: idleOwner }]);
  const idle = await storage.feed.readChanges(scope, subject, head, 1_000);
  assert.deepEqual(idle?.changes, []);
  const find = async (digest: AccessToken["digest"]) =>
    valuesOf((await storage.feed.findByDigest(scope, subject, digest ?? assert.fail())).changes);
  assert.deepEqual(await find(opaque.digest), [api, owner, key, there, opaque]);
  assert.deepEqual(await find(other.opaque.digest), []);
  assert.deepEqual(await find(digestKey(signer.kid)), [api, signer]);
  assert.deepEqual(await find(digestKey(other.signer.kid)), []);
  assert.deepEqual(await find(digestKey(client.id)), [api, owner, there]);
  assert.deepEqual(await find(digestKey(foreignClient.id)), []);
  await checkUse(storage, scope, other.foreignClient);
  await record(storage, other.scope, [
    { entity: "client", id: other.foreignClient.id, value: null },
  ]);
}

/** What one workspace has used may be new to another; in one, of many at once a single one is first. */
async function checkFirstUse(storage: Storage, a: ClientTenant, b: ClientTenant): Promise<void> {
  const digest = new Uint8Array(32).fill(3);
  const end = instant(SAMPLE_NOW + 600_000);
  const use = ({ scope }: ClientTenant) =>
    storage.write((writer) => writer.useOnce(scope, digest, end));
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => use(a)));
  assert.equal(outcomes.filter(Boolean).length, 1, "RFC 7523 §3: a jti is used once");
  const { reader } = storage;
  assert.equal(await reader.wasUsed(a.scope, digest), true);
  assert.equal(await reader.wasUsed(b.scope, digest), false);
  assert.equal(await use(b), true);
  assert.equal(await use(b), false);
}

/** Each kind of write once, in one workspace. */
async function checkWriting(
  storage: Storage,
  tenant: ClientTenant,
  other: ClientTenant,
): Promise<void> {
  const { scope, api, client, signer } = tenant;
  const { reader } = storage;
  const before = await reader.findClient(other.scope, client.id);
  const signersBefore = await reader.listSigningKeys(other.scope);
  const revoked: Client = { ...client, state: "revoked", revokedAt: SAMPLE_NOW, secrets: [] };
  await record(storage, scope, [
    { entity: "client", id: client.id, value: { ...client, name: "changed" } },
    { entity: "client", id: client.id, value: revoked },
  ]);
  const head = (await goneAfter(storage, tenant, tenant.ownApi, 0)).to;
  await record(storage, scope, [
    { entity: "client", id: client.id, value: null },
    { entity: "signing_key", id: signer.id, value: null },
  ]);
  assert.deepEqual((await goneAfter(storage, tenant, tenant.ownApi, head)).ids, [
    signer.id,
    client.id,
  ]);
  if (before !== undefined) {
    // The other's client holds its apis still.
    const { ownApi } = other;
    const deletion = { entity: "api", id: ownApi.id, value: null } as const;
    await assert.rejects(record(storage, other.scope, [deletion]));
  }
  assert.equal(await reader.findClient(scope, client.id), undefined);
  assert.deepEqual(await reader.listSigningKeys(scope), []);
  assert.deepEqual(await reader.findClient(other.scope, client.id), before);
  assert.deepEqual(await reader.listSigningKeys(other.scope), signersBefore);
  assert.deepEqual((await goneAfter(storage, tenant, api, head)).ids, [signer.id, client.id]);
}

/** Of which environment a signing key was is asked when it is gone: in each workspace of another. */
async function checkRetirement(
  storage: Storage,
  [live, test]: readonly [ClientTenant, ClientTenant],
): Promise<void> {
  const id = sampleId("signingKey");
  for (const [tenant, environment] of [
    [live, "live"],
    [test, "test"],
  ] as const) {
    const value = sampleSigningKey(tenant.api.workspaceId, { id, environment });
    await record(storage, tenant.scope, [{ entity: "signing_key", id, value }]);
  }
  // The later first, for the same reason.
  for (const [tenant, gone] of [
    [test, []],
    [live, [id]],
  ] as const) {
    const head = (await goneAfter(storage, tenant, tenant.api, 0)).to;
    await record(storage, tenant.scope, [{ entity: "signing_key", id, value: null }]);
    assert.deepEqual((await goneAfter(storage, tenant, tenant.api, head)).ids, gone);
  }
}

async function checkApiDeletion(
  storage: Storage,
  [a, b]: readonly [ClientTenant, ClientTenant],
): Promise<void> {
  const id = sampleId("api");
  for (const { scope, api } of [a, b]) {
    const value = sampleApi(api.workspaceId, { id });
    await record(storage, scope, [{ entity: "api", id, value }]);
  }
  await record(storage, b.scope, [{ entity: "api", id, value: null }]);
  assert.ok((await storage.reader.findApi(a.scope, id)) !== undefined);
}

async function goneAfter(
  storage: Storage,
  { scope }: ClientTenant,
  { id: apiId }: Api,
  after: number,
): Promise<{ readonly to: number; readonly ids: readonly string[] }> {
  const subject = { apiId, environment: "live" } as const;
  const page = await storage.feed.readChanges(scope, subject, after, 1_000);
  assert.ok(page !== undefined);
  const gone = page.changes.filter(({ change }) => change.value === null);
  return { to: page.to, ids: gone.map(({ change }) => change.id) };
}

async function record(
  storage: Storage,
  scope: TenantScope,
  changes: readonly Change[],
): Promise<void> {
  await storage.write(async (writer) => {
    for (const change of changes) await writer.record(scope, change, sampleFacts("client.updated"));
  });
}

async function snapshotOf(
  storage: Storage,
  scope: TenantScope,
  subject: Parameters<Storage["feed"]["scanSubject"]>[1],
): Promise<readonly FeedChange[]> {
  const scan = await storage.feed.scanSubject(scope, subject, "all");
  const changes: FeedChange[] = [];
  for await (const page of scan.pages) changes.push(...page);
  scan.close();
  return changes;
}

function valuesOf(changes: readonly FeedChange[]): readonly unknown[] {
  return changes.map(({ change }) => change.value);
}

function digestOf({ digest }: AccessToken) {
  assert.ok(digest !== null);
  return digest;
}

/** What is said of another workspace's client is counted for nobody. */
async function checkUse(storage: Storage, scope: TenantScope, foreign: Client): Promise<void> {
  const keyId = foreign.id;
  const minute = Math.floor(SAMPLE_NOW / 60_000);
  const told = { network: "192.0.2.0/24", agent: null, networks: "" };
  const batch = {
    source: `about ${keyId}`,
    sequence: 1,
    cells: [{ minute, keyId, code: "allowed", tag: "", count: 1, cost: 0 } as const],
    uses: [{ keyId, secretId: keyId, at: SAMPLE_NOW, ...told }],
    strangers: [],
    needs: [],
    log: [],
  };
  await storage.usage.count(scope, null, batch, SAMPLE_NOW);
  const hour = { from: instant(SAMPLE_NOW - 3_600_000), to: instant(SAMPLE_NOW + 3_600_000) };
  const question = { ...hour, grain: "minute", by: ["code"], byBucket: false } as const;
  assert.deepEqual(await storage.usage.sum(scope, { ...question, filter: { keyId } }), []);
  assert.deepEqual(await storage.reader.findLastUses(scope, [keyId]), []);
}
