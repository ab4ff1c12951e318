// Puts what happened where the endpoints that want it will be told of it, in the transaction in which it happened.
import { all, run } from "./query.ts";
import type { Query } from "./query.ts";
import { matchesEvent } from "@keyward/core/event/event-types";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { DeliveryId, WebhookId } from "@keyward/core/id";
import { formatInstant } from "@keyward/core/time";
import { randomBytes } from "node:crypto";
import type { NewEvent } from "../events.ts";
import type { TenantScope } from "../storage.ts";
import { DELIVERY_COLUMNS, idOf, patternsFromText } from "./event-rows.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";
import { insertRow } from "./write-row.ts";

const selectListeners = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("webhooks").select(["id", "events"]).where("disabled", "=", 0),
);
const insertDelivery = insertRow("deliveries", DELIVERY_COLUMNS);

export function* announce(scope: TenantScope, event: NewEvent): Query<void> {
  for (const { id, events } of yield* all(selectListeners({ scope }))) {
    if (!matchesEvent(patternsFromText(events), event.type)) continue;
    yield* announceTo(scope, idOf("webhook", id), event);
  }
}

export function* announceTo(
  scope: TenantScope,
  webhookId: WebhookId,
  event: NewEvent,
): Query<DeliveryId> {
  const id = formatId("delivery", event.at, randomBytes(ID_RANDOM_BYTES));
  yield* run(
    insertDelivery({
      workspace_id: scope,
      id,
      webhook_id: webhookId,
      event_id: event.id,
      type: event.type,
      body: bodyOf(event),
      state: "pending",
      attempts: 0,
      next_attempt_at: event.at,
      last_attempt_at: null,
      last_status: null,
      last_error: null,
      created_at: event.at,
    }),
  );
  return id;
}

/** Standard Webhooks, "Payload structure". */
function bodyOf({ type, at, data }: NewEvent): string {
  return JSON.stringify({ type, timestamp: formatInstant(at), data });
}
