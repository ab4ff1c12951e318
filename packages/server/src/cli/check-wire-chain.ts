// Checks an audit chain as the API shows it, from the server or from a file.
import { auditHash, auditLine, CHAIN_START } from "../audit/chain.ts";
import type { AuditEvent as ChainedEvent } from "@keyward/core/audit/event";
import { parseInstant } from "@keyward/core/time";
import type { Client } from "@keyward/sdk/client";
import type { AuditEvent } from "@keyward/sdk/client/operations.generated";
import type { AuditFault, KnownEvent } from "../storage/sql/verify-audit.ts";

export type WireChainResult =
  | {
      readonly ok: true;
      readonly workspaceId: string;
      readonly eventCount: number;
      readonly head: string;
    }
  | {
      readonly ok: false;
      readonly workspaceId: string;
      readonly rev: number;
      readonly reason: AuditFault;
    };

/**
 * Walks the audit events of one workspace, newest first, and stops at the first that is not as it was written. That some were
 * cut off at the newer end shows by what is known of the chain alone: by checkpoints, or by a `head` that was kept elsewhere.
 */
export async function checkWireChain(
  workspaceId: string,
  events: AsyncIterable<AuditEvent> | Iterable<AuditEvent>,
  known: readonly KnownEvent[] = [],
): Promise<WireChainResult> {
  const fault = (rev: number, reason: AuditFault) =>
    ({ ok: false, workspaceId, rev, reason }) as const;
  const left = new Map<number, string>();
  for (const { rev, hash, ...of } of known) {
    const isOther = of.workspaceId !== workspaceId || (left.get(rev) ?? hash) !== hash;
    if (isOther) return fault(rev, "checkpoint");
    left.set(rev, hash);
  }
  let newer: AuditEvent | undefined;
  let head = CHAIN_START;
  let eventCount = 0;
  for await (const event of events) {
    const reason = faultOf(event, newer, workspaceId);
    if (reason !== undefined) return fault(event.rev, reason);
    if ((left.get(event.rev) ?? event.hash) !== event.hash) return fault(event.rev, "checkpoint");
    left.delete(event.rev);
    if (newer === undefined) head = event.hash;
    newer = event;
    eventCount += 1;
  }
  if (newer !== undefined && newer.rev !== 1) return fault(newer.rev, "rev");
  if (newer !== undefined && newer.previous_hash !== CHAIN_START) return fault(1, "previous_hash");
  for (const rev of left.keys()) return fault(rev, "checkpoint");
  return { ok: true, workspaceId, eventCount, head };
}

/** The operator sees all workspaces, its own among them as the only one of its kind; anybody else sees one. */
export async function ownWorkspace(client: Client): Promise<string> {
  let first: string | undefined;
  for await (const { id, operator } of client.iterate("workspaces.list")) {
    if (operator) return id;
    first ??= id;
  }
  return first ?? "";
}

/** All audit events of the caller's workspace, newest first. */
export function servedEvents(client: Client): AsyncIterable<AuditEvent> {
  return client.iterate("audit.list", { query: { limit: 250 } });
}

function faultOf(
  event: AuditEvent,
  newer: AuditEvent | undefined,
  workspaceId: string,
): AuditFault | undefined {
  if (newer !== undefined && event.rev !== newer.rev - 1) return "rev";
  if (newer !== undefined && event.hash !== newer.previous_hash) return "previous_hash";
  return event.hash === hashOf(event, workspaceId) ? undefined : "hash";
}

function hashOf(event: AuditEvent, workspaceId: string): string {
  const { id, rev, at, action, actor, target, request_id, detail, previous_hash } = event;
  const facts = { id, rev, action, actor, requestId: request_id, detail, workspaceId };
  const chained = { ...facts, at: parseInstant(at), entity: target.entity, targetId: target.id };
  return auditHash(previous_hash, auditLine(chained as unknown as ChainedEvent));
}
