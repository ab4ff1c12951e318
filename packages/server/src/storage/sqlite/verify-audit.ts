import type { AuditEvent } from "@keyward/core/audit/event";
import type { WorkspaceId } from "@keyward/core/id";
import { verifyChain } from "../../audit/chain.ts";
import type { ChainFault } from "../../audit/chain.ts";
import { tenantScope } from "../storage.ts";
import { AUDIT_EVENT_COLUMNS, WORKSPACE_COLUMNS } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { auditEventFromRow, hexFromBytes, workspaceFromRow } from "./rows.ts";
import type { AuditEventsTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { builder, statement } from "./statement.ts";

/** `head`: the chain is whole, and does not end where the workspace says; events are missing at the end. */
export type AuditFault = ChainFault | "head";

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

/** Walks the chain of every workspace, to the head that the workspace itself names. */
export function verifyAuditChains(connection: Connection): AuditResult {
  const chains: WholeChain[] = [];
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  for (const row of connection.all(statement(workspaces))) {
    const workspaceId = workspaceFromRow(row).id;
    const events = scoped(tenantScope(workspaceId))
      .selectFrom("audit_events")
      .select(AUDIT_EVENT_COLUMNS)
      .orderBy("rev");
    const result = verifyChain(parsed(connection.iterate(statement(events))));
    if (!result.ok) return { ok: false, workspaceId, rev: result.rev, reason: result.reason };
    const { rev, hash } = result.head;
    if (rev !== row.last_rev || hash !== hexFromBytes(row.audit_head)) {
      return { ok: false, workspaceId, rev, reason: "head" };
    }
    chains.push({ workspaceId, eventCount: result.count, head: hash });
  }
  const eventCount = chains.reduce((sum, chain) => sum + chain.eventCount, 0);
  return { ok: true, eventCount, chains };
}

function* parsed(rows: Iterable<AuditEventsTable>): Generator<AuditEvent> {
  for (const row of rows) yield auditEventFromRow(row);
}
