// What every adapter promises about events: endpoints, deliveries, and what is told of once.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { instant } from "@keyward/core/time";
import type { WithStorage } from "./storage.contract.ts";
import type { Storage } from "./storage.ts";
import { putWebhook, sampleEvent, sampleWebhook } from "./testing/events-sample.ts";
import { put, putTenant, SAMPLE_NOW, sampleFacts, sampleKey } from "./testing/sample.ts";

const PAGE = { limit: 250, after: null } as const;
const ALL = { limit: 100, except: [] } as const;

function inSeconds(seconds: number) {
  return instant(SAMPLE_NOW + seconds * 1000);
}

export function eventsContract(name: string, withStorage: WithStorage): void {
  const guarantee = (title: string, use: (storage: Storage) => Promise<void>): void => {
    test(title, () => withStorage(({ storage }) => use(storage)));
  };

  suite(`events contract: ${name}`, () => {
    guarantee("an endpoint comes back as it was kept, in every field", async (storage) => {
      const { scope, workspace } = await putTenant(storage);
      const webhook = sampleWebhook(workspace.id, {
        description: "Größe 🔑",
        events: ["key.*", "owner.disabled", "*"],
        disabled: true,
      });
      const rev = await putWebhook(storage, scope, webhook);
      const { reader } = storage;
      assert.deepEqual(await reader.findWebhook(scope, webhook.id), { value: webhook, rev });
      assert.deepEqual(await reader.listWebhooks(scope, PAGE), {
        items: [{ value: webhook, rev }],
        more: false,
      });
      assert.equal(await reader.countWebhooks(scope), 1);
    });

    guarantee(
      "a change is told to each endpoint that wants it, in the transaction in which it is made",
      async (storage) => {
        const { scope, workspace, api, owner } = await putTenant(storage);
        const wants = sampleWebhook(workspace.id, { events: ["key.created"] });
        const others = sampleWebhook(workspace.id, { events: ["owner.*"] });
        const disabled = sampleWebhook(workspace.id, { events: ["*"], disabled: true });
        for (const webhook of [wants, others, disabled]) await putWebhook(storage, scope, webhook);
        const key = sampleKey({ workspaceId: workspace.id, apiId: api.id, ownerId: owner.id });
        const change = { entity: "key", id: key.id, value: key } as const;
        const facts = sampleFacts("key.created");
        const failed = storage.write(async (writer) => {
          await writer.record(scope, change, sampleFacts("key.created"));
          throw new Error("no");
        });
        await assert.rejects(failed, { message: "no" });
        const rev = await storage.write((writer) => writer.record(scope, change, facts));
        const due = await storage.system.dueDeliveries(SAMPLE_NOW, ALL);
        assert.deepEqual(
          due.map(({ webhookId, eventId, attempts, url }) => ({
            webhookId,
            eventId,
            attempts,
            url,
          })),
          [{ webhookId: wants.id, eventId: facts.id, attempts: 0, url: wants.url }],
        );
        const { type, timestamp, data } = JSON.parse(due[0]?.body ?? "");
        assert.deepEqual(
          { type, timestamp, data },
          {
            type: "key.created",
            timestamp: "2026-11-23T08:00:00.000Z",
            data: {
              id: key.id,
              rev,
              actor: { type: "key", id: facts.actor.id },
              ...facts.detail,
            },
          },
        );
      },
    );

    guarantee("F20: an attempt moves its delivery on, and no other", async (storage) => {
      const { scope, workspace } = await putTenant(storage);
      const webhook = sampleWebhook(workspace.id);
      await putWebhook(storage, scope, webhook);
      const ids = await storage.write(async (writer) => [
        await writer.announceTo(scope, webhook.id, sampleEvent()),
        await writer.announceTo(scope, webhook.id, sampleEvent({ at: inSeconds(1) })),
        await writer.announceTo(scope, webhook.id, sampleEvent({ at: inSeconds(2) })),
      ]);
      const [first, second, third] = ids;
      assert.ok(first && second && third);
      const attempt = { workspaceId: workspace.id, at: inSeconds(3) };
      await storage.system.settleDeliveries([
        { ...attempt, id: first, status: 204, error: null, next: "delivered" },
        { ...attempt, id: second, status: 500, error: "500", next: inSeconds(60) },
      ]);
      const due = await storage.system.dueDeliveries(inSeconds(59), ALL);
      assert.deepEqual(
        due.map(({ id }) => id),
        [third],
      );
      const later = await storage.system.dueDeliveries(inSeconds(60), ALL);
      assert.deepEqual(
        later.map(({ id, attempts }) => [id, attempts]),
        [
          [third, 0],
          [second, 1],
        ],
      );
      const delivered = await storage.reader.findDelivery(scope, first);
      assert.deepEqual(
        [delivered?.state, delivered?.lastStatus, delivered?.nextAttemptAt],
        ["delivered", 204, null],
      );
      const listed = await storage.reader.listDeliveries(
        scope,
        { webhookId: webhook.id, state: "pending" },
        PAGE,
      );
      assert.deepEqual(listed.items.map(({ id }) => id).sort(), [second, third].sort());
    });

    guarantee(
      "endpoints that are disabled or left alone hold up nobody, and get what waits for them later",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const webhooks = [sampleWebhook(workspace.id), sampleWebhook(workspace.id)] as const;
        for (const webhook of webhooks) {
          await putWebhook(storage, scope, webhook);
          await storage.write((writer) => writer.announceTo(scope, webhook.id, sampleEvent()));
        }
        const [alone, other] = webhooks;
        const due = (except: readonly string[]) =>
          storage.system
            .dueDeliveries(SAMPLE_NOW, { limit: 10, except })
            .then((found) => found.map(({ webhookId }) => webhookId));
        assert.deepEqual(await due([alone.id]), [other.id]);
        await putWebhook(storage, scope, { ...other, disabled: true });
        assert.deepEqual(await due([]), [alone.id]);
        await putWebhook(storage, scope, other);
        assert.equal((await due([])).length, 2);
      },
    );

    guarantee(
      "a failed delivery is made anew on demand, alone or with all that failed",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const webhook = sampleWebhook(workspace.id);
        await putWebhook(storage, scope, webhook);
        const ids = await storage.write(async (writer) => [
          await writer.announceTo(scope, webhook.id, sampleEvent()),
          await writer.announceTo(scope, webhook.id, sampleEvent({ at: inSeconds(100) })),
        ]);
        const failed = { workspaceId: workspace.id, at: inSeconds(200), status: null, error: "no" };
        await storage.system.settleDeliveries(ids.map((id) => ({ ...failed, id, next: "failed" })));
        assert.deepEqual(await storage.system.dueDeliveries(inSeconds(300), ALL), []);
        const count = await storage.write((writer) =>
          writer.redeliverFailed(scope, webhook.id, inSeconds(100), inSeconds(300)),
        );
        assert.equal(count, 1);
        const [old] = ids;
        assert.ok(old);
        assert.equal(
          await storage.write((writer) => writer.redeliver(scope, old, inSeconds(300))),
          true,
        );
        const due = await storage.system.dueDeliveries(inSeconds(300), ALL);
        assert.deepEqual(
          due.map(({ attempts }) => attempts),
          [0, 0],
        );
      },
    );

    guarantee(
      "signing secrets come back sealed as they were, and end when they end",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const webhook = sampleWebhook(workspace.id);
        await putWebhook(storage, scope, webhook);
        const secrets = [
          { sealed: new Uint8Array([1]), expiresAt: null },
          { sealed: new Uint8Array([2]), expiresAt: inSeconds(10) },
        ];
        await storage.write((writer) => writer.keepWebhookSecrets(scope, webhook.id, secrets));
        await storage.write((writer) => writer.announceTo(scope, webhook.id, sampleEvent()));
        const signing = async (seconds: number) =>
          (await storage.system.dueDeliveries(inSeconds(seconds), ALL))[0]?.secrets.map(
            (sealed) => [...sealed],
          );
        assert.deepEqual(await signing(9), [[1], [2]]);
        assert.deepEqual(await signing(10), [[1]]);
      },
    );

    guarantee(
      "an endpoint that is deleted takes its secrets and deliveries along",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const webhook = sampleWebhook(workspace.id);
        await putWebhook(storage, scope, webhook);
        const id = await storage.write(async (writer) => {
          await writer.keepWebhookSecrets(scope, webhook.id, [
            { sealed: new Uint8Array([1]), expiresAt: null },
          ]);
          return await writer.announceTo(scope, webhook.id, sampleEvent());
        });
        const deletion = { entity: "webhook", id: webhook.id, value: null } as const;
        await storage.write((writer) =>
          writer.record(scope, deletion, sampleFacts("webhook.deleted")),
        );
        assert.equal(await storage.reader.findDelivery(scope, id), undefined);
        assert.equal(await storage.reader.countWebhooks(scope), 0);
      },
    );

    guarantee(
      "a key that ends is listed until its notice is taken, once for each end",
      async (storage) => {
        const { scope, workspace, api, owner } = await putTenant(storage);
        const of = { workspaceId: workspace.id, apiId: api.id, ownerId: owner.id };
        const key = sampleKey(of, { expiresAt: inSeconds(100) });
        await put(storage, scope, key);
        const range = { after: SAMPLE_NOW, until: inSeconds(200), notice: "ends ", limit: 10 };
        const ending = () => storage.system.listEndingKeys(range);
        const take = (at: number) =>
          storage.write((writer) => writer.takeNotice(scope, key.id, `ends ${at}`));
        assert.deepEqual(await ending(), [
          { workspaceId: workspace.id, keyId: key.id, expiresAt: inSeconds(100) },
        ]);
        assert.equal(await take(inSeconds(100)), true);
        assert.equal(await take(inSeconds(100)), false);
        assert.deepEqual(await ending(), []);
        await put(storage, scope, { ...key, expiresAt: inSeconds(150) });
        assert.equal((await ending()).length, 1);
      },
    );

    guarantee("K6: endpoints and deliveries of another workspace are absent", async (storage) => {
      const { scope, workspace } = await putTenant(storage);
      const { scope: other } = await putTenant(storage);
      const webhook = sampleWebhook(workspace.id);
      await putWebhook(storage, scope, webhook);
      const id = await storage.write((writer) =>
        writer.announceTo(scope, webhook.id, sampleEvent()),
      );
      const { reader } = storage;
      assert.equal(await reader.findWebhook(other, webhook.id), undefined);
      assert.equal(await reader.findDelivery(other, id), undefined);
      assert.equal(await reader.countWebhooks(other), 0);
      const deliveries = await reader.listDeliveries(other, { webhookId: webhook.id }, PAGE);
      assert.deepEqual(deliveries.items, []);
      await storage.write(async (writer) => {
        await writer.announce(other, sampleEvent());
        assert.equal(await writer.redeliver(other, id, SAMPLE_NOW), false);
      });
      const due = await storage.system.dueDeliveries(inSeconds(1), ALL);
      assert.deepEqual(
        due.map((delivery) => delivery.id),
        [id],
      );
    });
  });
}
