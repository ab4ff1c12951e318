import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { formatWebhookSecret, signatureHeaders, WEBHOOK_SECRET_BYTES } from "./signature.ts";

const body = '{"type":"key.revoked","data":{"name":"Größe 🔑"}}';
const now = Math.floor(Date.now() / 1000);
const secret = () => formatWebhookSecret(randomBytes(WEBHOOK_SECRET_BYTES));

test("T55: the library of Standard Webhooks accepts a delivery, by either secret while they rotate", () => {
  const [old, young] = [secret(), secret()];
  const headers = signatureHeaders({ id: "evt_1", timestampSeconds: now, body }, [young, old]);
  for (const known of [old, young]) {
    assert.deepEqual(new Webhook(known).verify(body, headers), JSON.parse(body));
  }
});

test("T55: it refuses another secret, a changed body, another id and an old timestamp", () => {
  const known = secret();
  const headers = signatureHeaders({ id: "evt_1", timestampSeconds: now, body }, [known]);
  const receiver = new Webhook(known);
  assert.throws(() => new Webhook(secret()).verify(body, headers));
  assert.throws(() => receiver.verify(body.replace("revoked", "created"), headers));
  assert.throws(() => receiver.verify(body, { ...headers, "webhook-id": "evt_2" }));
  const old = signatureHeaders({ id: "evt_1", timestampSeconds: now - 301, body }, [known]);
  assert.throws(() => receiver.verify(body, old));
});
