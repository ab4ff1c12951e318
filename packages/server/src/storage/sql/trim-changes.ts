// Time passes for all workspaces alike, so this looks across them, as system.ts does.
import { all, find, run } from "./query.ts";
import type { Query } from "./query.ts";
import type { Instant } from "@keyward/core/time";
import { tenantScope } from "../storage.ts";
import type { TenantScope } from "../storage.ts";
import { WORKSPACE_COLUMNS } from "./columns.ts";
import { workspaceFromRow } from "./rows.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";

/** An audit event has the rev of its change, and says when it was. */
const selectLastBefore = prepared((of: { scope: TenantScope; below: number; since: Instant }) =>
  scoped(of.scope)
    .selectFrom("audit_events")
    .select("rev")
    .where("rev", "<=", of.below)
    .where("at", "<", of.since)
    .orderBy("rev", "desc")
    .limit(1),
);
const deleteUpTo = prepared((of: { scope: TenantScope; rev: number }) =>
  scoped(of.scope).deleteFrom("changes").where("rev", "<=", of.rev),
);

/** Run often enough that each time there is little to drop. */
export function* trimChanges({
  since,
  countMin,
}: {
  readonly since: Instant;
  readonly countMin: number;
}): Query<void> {
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of yield* all(statement(workspaces))) {
    const below = row.last_rev - countMin;
    if (below < 1) continue;
    const scope = tenantScope(workspaceFromRow(row).id);
    const last = yield* find(selectLastBefore({ scope, below, since }));
    if (last !== undefined) yield* run(deleteUpTo({ scope, rev: last.rev }));
  }
}
