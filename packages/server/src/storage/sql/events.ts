// Endpoints, their secrets, and what they are told.
import { all, find, run } from "./query.ts";
import type { Queries, Query } from "./query.ts";
import { sql } from "kysely";
import type { Instant } from "@keyward/core/time";
import type { DeliveryState, EventsReader, EventsWriter, WebhookSecret } from "../events.ts";
import type { TenantScope } from "../storage.ts";
import { announce, announceTo } from "./announce.ts";
import {
  DELIVERY_COLUMNS,
  deliveryFromRow,
  WEBHOOK_COLUMNS,
  webhookFromRow,
} from "./event-rows.ts";
import { scoped } from "./scoped.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { prepared, statement } from "./statement.ts";
import { takeUnitNotice } from "./units.ts";
import { insertRow } from "./write-row.ts";

interface ById {
  scope: TenantScope;
  id: string;
}

const selectWebhook = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("webhooks").select(WEBHOOK_COLUMNS).where("id", "=", id),
);
const selectWebhookCount = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope)
    .selectFrom("webhooks")
    .select(sql<number>`count(*)`.as("webhooks")),
);
const selectDelivery = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("deliveries").select(DELIVERY_COLUMNS).where("id", "=", id),
);
const selectSecrets = prepared(({ scope, id }: ById) =>
  scoped(scope)
    .selectFrom("webhook_secrets")
    .select(["sealed", "expires_at"])
    .where("webhook_id", "=", id)
    .orderBy("position"),
);
const deleteSecrets = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("webhook_secrets").where("webhook_id", "=", id),
);
const insertSecret = insertRow("webhook_secrets", [
  "webhook_id",
  "position",
  "sealed",
  "expires_at",
]);
const AGAIN = { state: "pending", attempts: 0, last_error: null } as const;
const renewDelivery = prepared((of: ById & { now: number }) =>
  scoped(of.scope)
    .updateTable("deliveries")
    .set({ ...AGAIN, next_attempt_at: of.now })
    .where("id", "=", of.id),
);
const renewFailed = prepared((of: ById & { since: number; now: number }) =>
  scoped(of.scope)
    .updateTable("deliveries")
    .set({ ...AGAIN, next_attempt_at: of.now })
    .where("webhook_id", "=", of.id)
    .where("state", "=", "failed")
    .where("created_at", ">=", of.since),
);
const insertNotice = insertRow("notices", ["key_id", "notice"]);
const selectNotice = prepared((of: ById & { notice: string }) =>
  scoped(of.scope)
    .selectFrom("notices")
    .select("key_id")
    .where("key_id", "=", of.id)
    .where("notice", "=", of.notice),
);

export const eventsReader: Queries<EventsReader> = {
  *findWebhook(scope, id) {
    const row = yield* find(selectWebhook({ scope, id }));
    return row && { value: webhookFromRow(row), rev: row.rev };
  },

  *listWebhooks(scope, page) {
    const query = scoped(scope)
      .selectFrom("webhooks")
      .select(WEBHOOK_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    const rows = yield* all(statement(query));
    const items = rows
      .slice(0, page.limit)
      .map((row) => ({ value: webhookFromRow(row), rev: row.rev }));
    return { items, more: rows.length > page.limit };
  },

  *countWebhooks(scope) {
    return (yield* find(selectWebhookCount({ scope })))?.webhooks ?? 0;
  },

  *findDelivery(scope, id) {
    const row = yield* find(selectDelivery({ scope, id }));
    return row && deliveryFromRow(row);
  },

  *listDeliveries(scope, { webhookId, state }, page) {
    const every = scoped(scope)
      .selectFrom("deliveries")
      .select(DELIVERY_COLUMNS)
      .where("webhook_id", "=", webhookId)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    const query =
      state === undefined ? every : every.where("state", "=", state satisfies DeliveryState);
    const rows = yield* all(statement(query));
    return {
      items: rows.slice(0, page.limit).map(deliveryFromRow),
      more: rows.length > page.limit,
    };
  },
};

export const eventsWriter: Queries<EventsWriter> = {
  *keepWebhookSecrets(scope, id, secrets) {
    yield* run(deleteSecrets({ scope, id }));
    for (const [position, { sealed, expiresAt }] of secrets.entries()) {
      const row = { webhook_id: id, position, sealed, expires_at: expiresAt };
      yield* run(insertSecret({ workspace_id: scope, ...row }));
    }
  },

  *readWebhookSecrets(scope, id): Query<readonly WebhookSecret[]> {
    return (yield* all(selectSecrets({ scope, id }))).map(({ sealed, expires_at }) => ({
      sealed,
      expiresAt: expires_at as Instant | null,
    }));
  },

  *announce(scope, event) {
    yield* announce(scope, event);
  },

  *announceTo(scope, id, event) {
    return yield* announceTo(scope, id, event);
  },

  *redeliver(scope, id, now) {
    return (yield* run(renewDelivery({ scope, id, now }))) > 0;
  },

  *redeliverFailed(scope, id, since, now) {
    return yield* run(renewFailed({ scope, id, since, now }));
  },

  *takeNotice(scope, keyId, notice) {
    if ((yield* find(selectNotice({ scope, id: keyId, notice }))) !== undefined) return false;
    yield* run(insertNotice({ workspace_id: scope, key_id: keyId, notice }));
    return true;
  },

  *takeUnitNotice(counter, limit) {
    return yield* takeUnitNotice(counter, limit);
  },
};

/** Signing secrets of an endpoint that is gone, and what it was still to be told. */
const deleteDeliveries = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("deliveries").where("webhook_id", "=", id),
);

export function* endWebhook(scope: TenantScope, id: string): Query<void> {
  yield* run(deleteDeliveries({ scope, id }));
  yield* run(deleteSecrets({ scope, id }));
}
