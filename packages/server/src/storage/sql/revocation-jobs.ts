// Revocations of many keys: their table, and how rows become records.
import { all, find, run } from "./query.ts";
import type { Queries, Query } from "./query.ts";
import { strict as assert } from "node:assert";
import { parseId } from "@keyward/core/id";
import type { ApiId, KeyId, RevocationId } from "@keyward/core/id";
import type { Revocation, RevocationFilter, RevocationState } from "@keyward/core/model/revocation";
import { instant } from "@keyward/core/time";
import type { Page, Reader, SystemStorage, TenantScope, Versioned } from "../storage.ts";
import { REVOCATION_JOB_COLUMNS } from "./columns.ts";
import { actorFromRow } from "./rows.ts";
import type { RevocationJobsTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { builder, prepared, statement } from "./statement.ts";
import { upsertRow } from "./write-row.ts";

const selectJob = prepared(({ scope, id }: { scope: TenantScope; id: string }) =>
  scoped(scope).selectFrom("revocation_jobs").select(REVOCATION_JOB_COLUMNS).where("id", "=", id),
);
const upsertJob = upsertRow("revocation_jobs", REVOCATION_JOB_COLUMNS);
const updateProgress = prepared(
  (of: { scope: TenantScope; id: string; revoked_count: number; position: string | null }) =>
    scoped(of.scope)
      .updateTable("revocation_jobs")
      .set({ revoked_count: of.revoked_count, position: of.position })
      .where("id", "=", of.id),
);

type RevocationReader = Pick<Reader, "findRevocation" | "listRevocations">;

export const revocationReader: Queries<RevocationReader> = {
  *findRevocation(scope, id) {
    const row = yield* find(selectJob({ scope, id }));
    return row && fromRow(row);
  },

  *listRevocations(scope, filter, page) {
    let query = scoped(scope)
      .selectFrom("revocation_jobs")
      .select(REVOCATION_JOB_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    if (filter.running) query = query.where("state", "=", "running");
    const rows = yield* all(statement(query));
    const items = rows.slice(0, page.limit).map(fromRow);
    return { items, more: rows.length > page.limit } satisfies Page<Revocation>;
  },
};

/** Of every workspace. */
export function* listRunningRevocations(): Query<
  Awaited<ReturnType<SystemStorage["listRunningRevocations"]>>
> {
  const query = builder
    .selectFrom("revocation_jobs")
    .select(["workspace_id", "id"])
    .where("state", "=", "running");
  return (yield* all(statement(query))).map((row) => ({
    workspaceId: known(parseId("workspace", row.workspace_id)),
    id: known(parseId("revocation", row.id)),
  }));
}

export function* putRevocation(value: Revocation, rev: number): Query<void> {
  yield* run(upsertJob(toRow(value, rev)));
}

export function* putProgress(scope: TenantScope, value: Revocation): Query<void> {
  const { id, revokedCount: revoked_count, position } = value;
  assert.equal(yield* run(updateProgress({ scope, id, revoked_count, position })), 1);
}

function fromRow(row: RevocationJobsTable): Versioned<Revocation> {
  const value: Revocation = {
    id: row.id as RevocationId,
    workspaceId: known(parseId("workspace", row.workspace_id)),
    filter: JSON.parse(row.filter) as RevocationFilter,
    sparedApiId: row.spared_api_id as ApiId | null,
    sparedKeyId: row.spared_key_id as KeyId | null,
    reason: row.reason,
    matchedCount: row.matched_count,
    revokedCount: row.revoked_count,
    position: row.position as KeyId | null,
    state: row.state as RevocationState,
    startedBy: actorFromRow(row),
    requestId: row.request_id,
    startedAt: instant(row.started_at),
    endedAt: row.ended_at === null ? null : instant(row.ended_at),
  };
  return { value, rev: row.rev };
}

function toRow(value: Revocation, rev: number): RevocationJobsTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    filter: JSON.stringify(value.filter),
    spared_api_id: value.sparedApiId,
    spared_key_id: value.sparedKeyId,
    reason: value.reason,
    matched_count: value.matchedCount,
    revoked_count: value.revokedCount,
    position: value.position,
    state: value.state,
    actor_type: value.startedBy.type,
    actor_id: value.startedBy.id,
    actor_ip: value.startedBy.ip,
    request_id: value.requestId,
    started_at: value.startedAt,
    ended_at: value.endedAt,
    rev,
  };
}

function known<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined, "an id is one of ours");
  return value;
}
