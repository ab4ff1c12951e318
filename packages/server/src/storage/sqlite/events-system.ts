// The clock's work for the events of all workspaces: like system.ts, it looks across the tenants.
import { sql } from "kysely";
import { instant } from "@keyward/core/time";
import type { EventsSystem } from "../events.ts";
import { tenantScope } from "../storage.ts";
import type { Connection } from "./connection.ts";
import { idOf } from "./event-rows.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";
import type { WriteQueue } from "./write-queue.ts";

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

export function createEventsSystem(options: {
  readonly readConnection: Connection;
  readonly writeConnection: Connection;
  readonly queue: WriteQueue;
}): EventsSystem {
  const { readConnection, writeConnection, queue } = options;
  return {
    async dueDeliveries(now, { limit, except }) {
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
        .where(
          "deliveries.webhook_id",
          "not in",
          sql<string>`(select value from json_each(${JSON.stringify(except)}))`,
        )
        .orderBy("deliveries.next_attempt_at")
        .limit(limit);
      return readConnection.all(statement(query)).map((row) => {
        const workspaceId = idOf("workspace", row.workspace_id);
        const of = { scope: tenantScope(workspaceId), id: row.webhook_id, now };
        return {
          workspaceId,
          id: idOf("delivery", row.id),
          webhookId: idOf("webhook", row.webhook_id),
          eventId: idOf("event", row.event_id),
          url: row.url,
          body: row.body,
          attempts: row.attempts,
          secrets: readConnection.all(selectSigning(of)).map(({ sealed }) => sealed),
        };
      });
    },

    async settleDeliveries(attempts) {
      await queue.write(async () => {
        for (const { workspaceId, id, at, status, error, next } of attempts) {
          const isOver = next === "delivered" || next === "failed";
          writeConnection.run(
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
      });
    },

    async forgetDeliveries(before) {
      const query = builder
        .deleteFrom("deliveries")
        .where("state", "<>", "pending")
        .where("created_at", "<", before);
      await queue.write(async () => writeConnection.run(statement(query)));
    },

    async listEndingKeys({ after, until, notice, limit }) {
      // As the index keys_by_end has it.
      const end = sql<number>`coalesce(${sql.ref("keys.expires_at")}, 0)`;
      const query = builder
        .selectFrom("keys")
        .leftJoin("notices", (join) =>
          join
            .onRef("notices.workspace_id", "=", "keys.workspace_id")
            .onRef("notices.key_id", "=", "keys.id")
            .on("notices.notice", "=", sql<string>`${notice} || keys.expires_at`),
        )
        .select(["keys.workspace_id", "keys.id", "keys.expires_at"])
        .where("keys.state", "<>", "revoked")
        .where("keys.expires_at", "is not", null)
        .where(end, ">", after)
        .where(end, "<=", until)
        .where("notices.notice", "is", null)
        .orderBy(end)
        .limit(limit);
      return readConnection.all(statement(query)).map((row) => ({
        workspaceId: idOf("workspace", row.workspace_id),
        keyId: idOf("key", row.id),
        expiresAt: instant(row.expires_at ?? 0),
      }));
    },
  };
}
