import { sql } from "kysely";
import type { SqlBool } from "kysely";
import { tenantScope } from "../storage.ts";
import type { Uses } from "../storage.ts";
import type { Connection } from "./connection.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";
import { insertRow } from "./write-row.ts";
import { KEY_USE_COLUMNS } from "./columns.ts";

const insertUses = insertRow("key_uses", KEY_USE_COLUMNS);
/** A report may come late, so the last use only ever moves forward (I9). */
const addUses = prepared(
  (of: {
    scope: Uses["workspaceId"];
    keyId: string;
    secretId: string;
    lastUsedAt: number;
    allowedCount: number;
    deniedCount: number;
  }) =>
    scoped(tenantScope(of.scope))
      .updateTable("key_uses")
      .set({
        last_used_at: sql<number>`max(last_used_at, ${of.lastUsedAt})`,
        allowed_count: sql<number>`allowed_count + ${of.allowedCount}`,
        denied_count: sql<number>`denied_count + ${of.deniedCount}`,
      })
      .where("key_id", "=", of.keyId)
      .where("secret_id", "=", of.secretId),
);
const selectKey = prepared((of: { scope: Uses["workspaceId"]; keyId: string }) =>
  scoped(tenantScope(of.scope))
    .selectFrom("keys")
    .select(sql<SqlBool>`1`.as("found"))
    .where("id", "=", of.keyId),
);

/** Adds to what is known. The uses of a key that has been deleted meanwhile are dropped. */
export function mergeUses(connection: Connection, uses: readonly Uses[]): void {
  for (const use of uses) {
    const { workspaceId: scope, keyId, secretId, lastUsedAt, allowedCount, deniedCount } = use;
    const added = connection.run(
      addUses({ scope, keyId, secretId, lastUsedAt, allowedCount, deniedCount }),
    );
    if (added > 0 || connection.find(selectKey({ scope, keyId })) === undefined) continue;
    connection.run(
      insertUses({
        workspace_id: scope,
        key_id: keyId,
        secret_id: secretId,
        last_used_at: lastUsedAt,
        allowed_count: allowedCount,
        denied_count: deniedCount,
      }),
    );
  }
}
