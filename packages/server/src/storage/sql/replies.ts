import { run } from "./query.ts";
import type { Query } from "./query.ts";
import type { Instant } from "@keyward/core/time";
import type { Reply, TenantScope } from "../storage.ts";
import { REPLY_COLUMNS } from "./columns.ts";
import { builder, statement } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { upsertRow } from "./write-row.ts";

const upsertReply = upsertRow("replies", REPLY_COLUMNS, ["workspace_id", "key_digest"]);

/** Takes the place of an earlier reply to the same key, which has ended by then. */
export function insertReply(scope: TenantScope, reply: Reply): Statement<unknown> {
  return upsertReply({
    workspace_id: scope,
    key_digest: reply.keyDigest,
    request_digest: reply.requestDigest,
    status: reply.status,
    body: reply.body,
    target_id: reply.targetId,
    body_expires_at: reply.bodyExpiresAt,
    expires_at: reply.expiresAt,
  });
}

/** Across all workspaces: time passes for everyone alike. */
export function* forgetReplies(now: Instant): Query<void> {
  yield* run(
    statement(
      builder
        .updateTable("replies")
        .set({ body: null })
        .where("body", "is not", null)
        .where("body_expires_at", "<=", now),
    ),
  );
  yield* run(statement(builder.deleteFrom("replies").where("expires_at", "<=", now)));
}
