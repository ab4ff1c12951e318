// For tests alone: endpoints and events as storage would take them.
import type { Webhook } from "@keyward/core/model/webhook";
import type { WorkspaceId } from "@keyward/core/id";
import type { NewEvent } from "../events.ts";
import type { Storage, TenantScope } from "../storage.ts";
import { SAMPLE_NOW, sampleFacts, sampleId } from "./sample.ts";

export function sampleWebhook(workspaceId: WorkspaceId, fields: Partial<Webhook> = {}): Webhook {
  return {
    id: sampleId("webhook"),
    workspaceId,
    url: "https://hooks.example.com/x",
    description: null,
    events: ["webhook.test"],
    disabled: false,
    createdAt: SAMPLE_NOW,
    updatedAt: SAMPLE_NOW,
    ...fields,
  };
}

export function sampleEvent(fields: Partial<NewEvent> = {}): NewEvent {
  const id = sampleId("event");
  return { id, type: "webhook.test", at: SAMPLE_NOW, data: { id: "x" }, ...fields };
}

export function putWebhook(storage: Storage, scope: TenantScope, value: Webhook): Promise<number> {
  const change = { entity: "webhook", id: value.id, value } as const;
  return storage.write((writer) => writer.record(scope, change, sampleFacts("webhook.created")));
}
