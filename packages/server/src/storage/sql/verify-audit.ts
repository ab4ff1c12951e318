import type { WorkspaceId } from "@keyward/core/id";
import { CHAIN_START, verifyChain } from "../../audit/chain.ts";
import type { ChainFault, ChainResult } from "../../audit/chain.ts";
import { tenantScope } from "../storage.ts";
import { AUDIT_EVENT_COLUMNS, WORKSPACE_COLUMNS } from "./columns.ts";
import { auditEventFromRow, hexFromBytes, workspaceFromRow } from "./rows.ts";
import type { AuditEventsTable } from "./schema.ts";
import { all, fetch, find, open } from "./query.ts";
import type { Cursor, Query } from "./query.ts";
import { scoped } from "./scoped.ts";
import { builder, statement } from "./statement.ts";

const EVENTS_PER_FETCH = 500;

/**
 * `head`: the chain is whole, and does not end where the workspace says; events are missing at the end. `checkpoint`: it is whole,
 * and not the one that a checkpoint was signed for.
 */
export type AuditFault = ChainFault | "head" | "checkpoint";

/** What is known of a chain from elsewhere. */
export interface KnownEvent {
  readonly workspaceId: WorkspaceId;
  readonly rev: number;
  readonly hash: string;
}

/** What is to be kept elsewhere: whoever rewrites a chain cannot keep its head. */
export interface WholeChain {
  readonly workspaceId: WorkspaceId;
  readonly eventCount: number;
  /** The hash of the last event. */
  readonly head: string;
}

export type AuditResult =
  | { readonly ok: true; readonly eventCount: number; readonly chains: readonly WholeChain[] }
  | {
      readonly ok: false;
      readonly workspaceId: WorkspaceId;
      readonly rev: number;
      readonly reason: AuditFault;
    };

/** Walks the chain of every workspace, to the head that the workspace itself names, and looks whether what is known is in it. */
export function* verifyAuditChains(known: readonly KnownEvent[] = []): Query<AuditResult> {
  const chains: WholeChain[] = [];
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of yield* all(statement(workspaces))) {
    const workspaceId = workspaceFromRow(row).id;
    const events = scoped(tenantScope(workspaceId))
      .selectFrom("audit_events")
      .select(AUDIT_EVENT_COLUMNS)
      .orderBy("rev");
    const result = yield* verifyEvents(yield* open(statement(events)));
    if (!result.ok) return { ok: false, workspaceId, rev: result.rev, reason: result.reason };
    const { rev, hash } = result.head;
    if (rev !== row.last_rev || hash !== hexFromBytes(row.audit_head)) {
      return { ok: false, workspaceId, rev, reason: "head" };
    }
    chains.push({ workspaceId, eventCount: result.count, head: hash });
  }
  for (const { workspaceId, rev, hash } of known) {
    const event = scoped(tenantScope(workspaceId))
      .selectFrom("audit_events")
      .select("hash")
      .where("rev", "=", rev);
    const found = yield* find(statement(event));
    if (found === undefined || hexFromBytes(found.hash) !== hash) {
      return { ok: false, workspaceId, rev, reason: "checkpoint" };
    }
  }
  const eventCount = chains.reduce((sum, chain) => sum + chain.eventCount, 0);
  return { ok: true, eventCount, chains };
}

/** As {@link verifyChain} does, some at a time. */
function* verifyEvents(cursor: Cursor<AuditEventsTable>): Query<ChainResult> {
  let head = { rev: 0, hash: CHAIN_START };
  for (let count = 0; ;) {
    const rows = yield* fetch(cursor, EVENTS_PER_FETCH);
    const result = verifyChain(rows.map(auditEventFromRow), head);
    if (!result.ok) return result;
    head = result.head;
    count += result.count;
    if (rows.length < EVENTS_PER_FETCH) return { ok: true, count, head };
  }
}
