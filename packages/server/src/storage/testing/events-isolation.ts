// For tests alone: the same endpoint in two workspaces, and neither may notice the other (K6, T03).
import assert from "node:assert/strict";
import type { DeliveryId, KeyId, WebhookId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { Storage, TenantScope, Writer } from "../storage.ts";
import { putWebhook, sampleEvent, sampleWebhook } from "./events-sample.ts";
import { keyOf, put, putTenant, SAMPLE_NOW, sampleFacts, sampleId } from "./sample.ts";

const PAGE = { limit: 50, after: null } as const;
const LATER = instant(SAMPLE_NOW + 1_000);
/** Taken by a change, and taken by both from the start. */
const NOTICE = "ends ";
const OLD_NOTICE = "warned ";

interface Told {
  readonly scope: TenantScope;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  readonly keyId: KeyId;
}

/** Everything that can be seen of a workspace's endpoints, by every way of asking. */
async function viewOf(
  storage: Storage,
  { scope, webhookId, deliveryId, keyId }: Told,
  other: Told,
) {
  const { reader, system } = storage;
  const due = await system.dueDeliveries(LATER, { limit: 100, except: [] });
  return {
    webhook: await reader.findWebhook(scope, webhookId),
    webhooks: await reader.listWebhooks(scope, PAGE),
    count: await reader.countWebhooks(scope),
    delivery: await reader.findDelivery(scope, deliveryId),
    foreignDelivery: await reader.findDelivery(scope, other.deliveryId),
    deliveries: await reader.listDeliveries(scope, { webhookId }, PAGE),
    secrets: await storage.write((writer) => writer.readWebhookSecrets(scope, webhookId)),
    due: due.filter(({ workspaceId }) => workspaceId === scope),
    ending: (await endingKeys(storage, NOTICE)).filter(({ workspaceId }) => workspaceId === scope),
    warned: (await endingKeys(storage, OLD_NOTICE)).filter(
      ({ workspaceId }) => workspaceId === scope,
    ),
    keyId,
  };
}

function endingKeys({ system }: Storage, notice: string) {
  const until = instant(SAMPLE_NOW + 100_000);
  return system.listEndingKeys({ after: SAMPLE_NOW, until, notice, limit: 100 });
}

/** Fails when any statement about events reaches beyond its workspace. */
export async function checkEventsIsolation(storage: Storage): Promise<void> {
  const webhookId = sampleId("webhook");
  const keyId = sampleId("key");
  const both: Told[] = [];
  for (const label of ["alpha", "beta"]) {
    const tenant = await putTenant(storage);
    const { scope, workspace } = tenant;
    const url = `https://${label}.example.com/`;
    await putWebhook(storage, scope, sampleWebhook(workspace.id, { id: webhookId, url }));
    await put(storage, scope, keyOf(tenant, { id: keyId, expiresAt: LATER }));
    const told = { scope, webhookId, keyId };
    both.push({ ...told, deliveryId: await tell(storage, told, label) });
  }
  const [first, second] = both;
  assert.ok(first !== undefined && second !== undefined);
  const seen = await viewOf(storage, first, second);
  assert.equal(seen.foreignDelivery, undefined);
  assert.deepEqual([seen.count, seen.deliveries.items.length, seen.due.length], [1, 2, 1]);
  assert.deepEqual(
    seen.due[0]?.secrets.map((sealed) => Buffer.from(sealed).toString()),
    ["alpha"],
  );
  const foreign = { workspaceId: first.scope, id: second.deliveryId, at: LATER, status: 204 };
  await storage.system.settleDeliveries([{ ...foreign, error: null, next: "delivered" }]);
  assert.equal((await viewOf(storage, second, first)).due.length, 1);
  const pairs = [
    [first, second],
    [second, first],
  ] as const;
  for (const change of CHANGES) {
    for (const [one, other] of pairs) {
      const before = await viewOf(storage, other, one);
      await storage.write((writer) => change(writer, one, other));
      assert.deepEqual(await viewOf(storage, other, one), before);
    }
  }
}

/** One delivery that is due, and one that has failed. */
async function tell(
  storage: Storage,
  { scope, webhookId, keyId }: Omit<Told, "deliveryId">,
  label: string,
): Promise<DeliveryId> {
  const [due, failed] = await storage.write(async (writer) => {
    const sealed = new Uint8Array(Buffer.from(label));
    await writer.keepWebhookSecrets(scope, webhookId, [{ sealed, expiresAt: null }]);
    await writer.takeNotice(scope, keyId, OLD_NOTICE + LATER);
    return [
      await writer.announceTo(scope, webhookId, sampleEvent()),
      await writer.announceTo(scope, webhookId, sampleEvent()),
    ] as const;
  });
  const attempt = { workspaceId: scope, id: failed, at: SAMPLE_NOW, status: 500, error: "500" };
  await storage.system.settleDeliveries([{ ...attempt, next: "failed" }]);
  return due;
}

/** Each kind of write; the last leave nothing. */
const CHANGES: readonly ((writer: Writer, told: Told, other: Told) => Promise<void>)[] = [
  async (writer, { scope, webhookId }) => {
    await writer.announce(scope, sampleEvent());
    const { items } = await writer.listDeliveries(scope, { webhookId }, PAGE);
    assert.equal(items.length, 3);
  },
  async (writer, { scope, deliveryId }, other) => {
    assert.equal(await writer.redeliver(scope, deliveryId, LATER), true);
    assert.equal(await writer.redeliver(scope, other.deliveryId, LATER), false);
  },
  async (writer, { scope, webhookId }) => {
    const sealed = new Uint8Array([9]);
    await writer.keepWebhookSecrets(scope, webhookId, [{ sealed, expiresAt: null }]);
    assert.equal(await writer.redeliverFailed(scope, webhookId, SAMPLE_NOW, LATER), 1);
  },
  async (writer, { scope, keyId }) => {
    assert.equal(await writer.takeNotice(scope, keyId, NOTICE + LATER), true);
    assert.equal(await writer.takeNotice(scope, keyId, NOTICE + LATER), false);
  },
  async (writer, { scope, keyId }) => {
    const change = { entity: "key", id: keyId, value: null } as const;
    await writer.record(scope, change, sampleFacts("key.deleted"));
  },
  async (writer, { scope, webhookId }) => {
    const change = { entity: "webhook", id: webhookId, value: null } as const;
    await writer.record(scope, change, sampleFacts("webhook.deleted"));
    assert.equal(await writer.countWebhooks(scope), 0);
  },
];
