// Endpoints and deliveries: rows into records and back.
import { strict as assert } from "node:assert";
import { EVENT_TYPES, parseEventPattern } from "@keyward/core/event/event-types";
import type { EventPattern, EventType } from "@keyward/core/event/event-types";
import { parseId } from "@keyward/core/id";
import type { Id, IdKind } from "@keyward/core/id";
import type { Webhook } from "@keyward/core/model/webhook";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Delivery, DeliveryState } from "../events.ts";
import type { DeliveriesTable, WebhooksTable } from "./schema.ts";

export const WEBHOOK_COLUMNS = [
  "workspace_id",
  "id",
  "url",
  "description",
  "events",
  "disabled",
  "created_at",
  "updated_at",
  "rev",
] as const;

export const DELIVERY_COLUMNS = [
  "workspace_id",
  "id",
  "webhook_id",
  "event_id",
  "type",
  "body",
  "state",
  "attempts",
  "next_attempt_at",
  "last_attempt_at",
  "last_status",
  "last_error",
  "created_at",
] as const;

const STATES: readonly DeliveryState[] = ["pending", "delivered", "failed"];

export function webhookToRow(value: Webhook, rev: number): WebhooksTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    url: value.url,
    description: value.description,
    events: JSON.stringify(value.events),
    disabled: Number(value.disabled),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}

export function webhookFromRow(row: WebhooksTable): Webhook {
  return {
    id: idOf("webhook", row.id),
    workspaceId: idOf("workspace", row.workspace_id),
    url: row.url,
    description: row.description,
    events: patternsFromText(row.events),
    disabled: row.disabled === 1,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function patternsFromText(text: string): readonly EventPattern[] {
  const patterns: unknown = JSON.parse(text);
  assert.ok(Array.isArray(patterns), "events are a list");
  return patterns.map((each) => {
    const pattern = typeof each === "string" ? parseEventPattern(each) : undefined;
    assert.ok(pattern !== undefined, "a list of events holds patterns");
    return pattern;
  });
}

export function deliveryFromRow(row: DeliveriesTable): Delivery {
  const state = STATES.find((known) => known === row.state);
  assert.ok(state !== undefined, "a delivery has a state");
  return {
    id: idOf("delivery", row.id),
    webhookId: idOf("webhook", row.webhook_id),
    eventId: idOf("event", row.event_id),
    type: eventTypeOf(row.type),
    body: row.body,
    state,
    attempts: row.attempts,
    nextAttemptAt: instantOrNull(row.next_attempt_at),
    lastAttemptAt: instantOrNull(row.last_attempt_at),
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: instant(row.created_at),
  };
}

export function idOf<Kind extends IdKind>(kind: Kind, text: string): Id<Kind> {
  const id = parseId(kind, text);
  assert.ok(id !== undefined, `${kind} ids are ids`);
  return id;
}

function eventTypeOf(text: string): EventType {
  const type = EVENT_TYPES.find((known) => known === text);
  assert.ok(type !== undefined, "a delivery is of a known event");
  return type;
}

function instantOrNull(value: number | null): Instant | null {
  return value === null ? null : instant(value);
}
