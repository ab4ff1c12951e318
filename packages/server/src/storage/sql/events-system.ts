// The clock's work for the events of all workspaces: like system.ts, it looks across the tenants.
import { all, run } from "./query.ts";
import { sql } from "kysely";
import { instant } from "@keyward/core/time";
import type { DueDelivery, EventsSystem } from "../events.ts";
import { tenantScope } from "../storage.ts";
import { idOf } from "./event-rows.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";
import type { Queries } from "./query.ts";
import { isAmong } from "./dialect.ts";

const settle = prepared(
  (of: {
    scope: ReturnType<typeof tenantScope>;
    id: string;
    at: number;
    status: number | null;
    error: string | null;
    state: string;
    next: number | null;
  }) =>
    scoped(of.scope)
      .updateTable("deliveries")
      .set({
        state: of.state,
        attempts: sql<number>`attempts + 1`,
        next_attempt_at: of.next,
        last_attempt_at: of.at,
        last_status: of.status,
        last_error: of.error,
      })
      .where("id", "=", of.id),
);
const selectSigning = prepared(
  (of: { scope: ReturnType<typeof tenantScope>; id: string; now: number }) =>
    scoped(of.scope)
      .selectFrom("webhook_secrets")
      .select("sealed")
      .where("webhook_id", "=", of.id)
      .where((each) => each.or([each("expires_at", "is", null), each("expires_at", ">", of.now)]))
      .orderBy("position"),
);

export const eventsSystemReader: Queries<Pick<EventsSystem, "dueDeliveries" | "listEndingKeys">> = {
  *dueDeliveries(now, { limit, except }) {
    const query = builder
      .selectFrom("deliveries")
      .innerJoin("webhooks", (join) =>
        join
          .onRef("webhooks.workspace_id", "=", "deliveries.workspace_id")
          .onRef("webhooks.id", "=", "deliveries.webhook_id"),
      )
      .select([
        "deliveries.workspace_id",
        "deliveries.id",
        "deliveries.webhook_id",
        "deliveries.event_id",
        "deliveries.body",
        "deliveries.attempts",
        "webhooks.url",
      ])
      .where("deliveries.state", "=", "pending")
      .where("deliveries.next_attempt_at", "<=", now)
      .where("webhooks.disabled", "=", 0)
      .where((row) => row.not(isAmong("deliveries.webhook_id", JSON.stringify(except))))
      .orderBy("deliveries.next_attempt_at")
      .limit(limit);
    const deliveries: DueDelivery[] = [];
    for (const row of yield* all(statement(query))) {
      const workspaceId = idOf("workspace", row.workspace_id);
      const of = { scope: tenantScope(workspaceId), id: row.webhook_id, now };
      deliveries.push({
        workspaceId,
        id: idOf("delivery", row.id),
        webhookId: idOf("webhook", row.webhook_id),
        eventId: idOf("event", row.event_id),
        url: row.url,
        body: row.body,
        attempts: row.attempts,
        secrets: (yield* all(selectSigning(of))).map(({ sealed }) => sealed),
      });
    }
    return deliveries;
  },

  *listEndingKeys({ after, until, notice, limit }) {
    // As the index keys_by_end has it.
    const end = sql<number>`coalesce(${sql.ref("keys.expires_at")}, 0)`;
    const query = builder
      .selectFrom("keys")
      .leftJoin("notices", (join) =>
        join
          .onRef("notices.workspace_id", "=", "keys.workspace_id")
          .onRef("notices.key_id", "=", "keys.id")
          .on(
            "notices.notice",
            "=",
            sql<string>`cast(${notice} as text) || cast(keys.expires_at as text)`,
          ),
      )
      .select(["keys.workspace_id", "keys.id", "keys.expires_at"])
      .where("keys.state", "<>", "revoked")
      .where("keys.expires_at", "is not", null)
      .where(end, ">", after)
      .where(end, "<=", until)
      .where("notices.notice", "is", null)
      .orderBy(end)
      .limit(limit);
    return (yield* all(statement(query))).map((row) => ({
      workspaceId: idOf("workspace", row.workspace_id),
      keyId: idOf("key", row.id),
      expiresAt: instant(row.expires_at ?? 0),
    }));
  },
};

export const eventsSystemWriter: Queries<
  Pick<EventsSystem, "settleDeliveries" | "forgetDeliveries">
> = {
  *settleDeliveries(attempts) {
    for (const { workspaceId, id, at, status, error, next } of attempts) {
      const isOver = next === "delivered" || next === "failed";
      yield* run(
        settle({
          scope: tenantScope(workspaceId),
          id,
          at,
          status,
          error,
          state: isOver ? next : "pending",
          next: isOver ? null : next,
        }),
      );
    }
  },

  *forgetDeliveries(before) {
    const query = builder
      .deleteFrom("deliveries")
      .where("state", "<>", "pending")
      .where("created_at", "<", before);
    yield* run(statement(query));
  },
};
