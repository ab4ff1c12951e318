import { auditHash, auditLine, CHAIN_START } from "../audit/chain.ts";
import type { ChainFault } from "../audit/chain.ts";
import type { AuditEvent as ChainedEvent } from "@keyward/core/audit/event";
import { parseInstant } from "@keyward/core/time";
import type { Client } from "@keyward/sdk/client";
import type { AuditEvent } from "@keyward/sdk/client/operations.generated";

export type ServedChainResult =
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
      readonly reason: ChainFault;
    };

/**
 * Walks the audit events of the caller's workspace as the server shows them, newest first, and stops at the first that is
 * not as it was written. What was cut off at the newer end does not show: compare `head` with one kept elsewhere.
 */
export async function checkServedChain(client: Client): Promise<ServedChainResult> {
  const workspaceId = await ownWorkspace(client);
  let newer: AuditEvent | undefined;
  let head = CHAIN_START;
  let eventCount = 0;
  for await (const event of client.iterate("audit.list", { query: { limit: 250 } })) {
    const reason = faultOf(event, newer, workspaceId);
    if (reason !== undefined) return { ok: false, workspaceId, rev: event.rev, reason };
    if (newer === undefined) head = event.hash;
    newer = event;
    eventCount += 1;
  }
  if (newer !== undefined && newer.rev !== 1) {
    return { ok: false, workspaceId, rev: newer.rev, reason: "rev" };
  }
  if (newer !== undefined && newer.previous_hash !== CHAIN_START) {
    return { ok: false, workspaceId, rev: 1, reason: "previous_hash" };
  }
  return { ok: true, workspaceId, eventCount, head };
}

/** The operator sees all workspaces, its own among them as the only one of its kind; anybody else sees one. */
async function ownWorkspace(client: Client): Promise<string> {
  let first: string | undefined;
  for await (const { id, operator } of client.iterate("workspaces.list")) {
    if (operator) return id;
    first ??= id;
  }
  return first ?? "";
}

function faultOf(
  event: AuditEvent,
  newer: AuditEvent | undefined,
  workspaceId: string,
): ChainFault | undefined {
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
