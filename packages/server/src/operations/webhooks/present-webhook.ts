import type { Webhook } from "@keyward/core/model/webhook";
import { formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { ResultOf } from "../../contract/operations.ts";
import type { Delivery } from "../../storage/events.ts";
import type { Versioned } from "../../storage/storage.ts";

export function presentWebhook({ value, rev }: Versioned<Webhook>): ResultOf<"webhooks.get"> {
  return {
    id: value.id,
    url: value.url,
    description: value.description,
    events: [...value.events],
    status: value.disabled ? "disabled" : "active",
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentDelivery(delivery: Delivery): ResultOf<"webhooks.deliveries.get"> {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    type: delivery.type,
    state: delivery.state,
    attempts: delivery.attempts,
    next_attempt_at: written(delivery.nextAttemptAt),
    last_attempt_at: written(delivery.lastAttemptAt),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    payload: delivery.body,
    created_at: formatInstant(delivery.createdAt),
  };
}

function written(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
