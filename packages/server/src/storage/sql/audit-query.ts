import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { AuditFilter, PageRequest, TenantScope } from "../storage.ts";
import { AUDIT_EVENT_COLUMNS } from "./columns.ts";
import { scoped } from "./scoped.ts";

/** Newest first, one more than fits. `after` is an event's id; an unknown one is after everything. */
export function auditEventsMatching(scope: TenantScope, filter: AuditFilter, page: PageRequest) {
  let query = scoped(scope)
    .selectFrom("audit_events")
    .select(AUDIT_EVENT_COLUMNS)
    .orderBy("rev", "desc")
    .limit(page.limit + 1);
  if (filter.targetId !== undefined) query = query.where("target_id", "=", filter.targetId);
  if (filter.actorId !== undefined) query = query.where("actor_id", "=", filter.actorId);
  if (filter.action !== undefined) query = query.where("action", "=", filter.action);
  if (page.after !== null) {
    const last = scoped(scope)
      .selectFrom("audit_events")
      .select("rev")
      .where("id", "=", page.after);
    query = query.where(sql<SqlBool>`rev < (${last})`);
  }
  return query;
}
