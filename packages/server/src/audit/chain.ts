// The chain that makes tampering with a workspace's audit log show (T62): spec/audit.md, which comes first.
import { hash } from "node:crypto";
import type { AuditEvent } from "@keyward/core/audit/event";
import type { WorkspaceId } from "@keyward/core/id";
import { formatInstant } from "@keyward/core/time";
import { canonicalJson } from "./canonical-json.ts";

/** What stands before the first event of a workspace. */
export const CHAIN_START = "0".repeat(64);

/** The text of an event that its hash covers: one line of canonical JSON, in the words of the wire. */
export function auditLine(event: Omit<AuditEvent, "hash" | "previousHash">): string {
  return canonicalJson({
    id: event.id,
    at: formatInstant(event.at),
    workspace_id: event.workspaceId,
    rev: event.rev,
    actor: { type: event.actor.type, id: event.actor.id, ip: event.actor.ip },
    action: event.action,
    entity: event.entity,
    target_id: event.targetId,
    request_id: event.requestId,
    detail: event.detail,
  });
}

/** SHA-256 over the previous hash, a line feed and the event's line; 64 lower-case hexadecimal digits. */
export function auditHash(previousHash: string, line: string): string {
  return hash("sha256", `${previousHash}\n${line}`, "hex");
}

export function linkEvent(
  previousHash: string,
  event: Omit<AuditEvent, "hash" | "previousHash">,
): AuditEvent {
  return { ...event, previousHash, hash: auditHash(previousHash, auditLine(event)) };
}

/** Where verification begins: the last event that is known to be good. */
export interface ChainAnchor {
  readonly rev: number;
  readonly hash: string;
}

/** `workspace`: an event of another one; `rev`: events are missing, doubled or out of order; the rest as they say. */
export type ChainFault = "workspace" | "rev" | "previous_hash" | "hash";

export type ChainResult =
  | { readonly ok: true; readonly count: number; readonly head: ChainAnchor }
  | { readonly ok: false; readonly rev: number; readonly reason: ChainFault };

/**
 * Walks the events of one workspace, oldest first, and stops at the first that is not as it was written. What was cut
 * off at the end does not show here: compare `head` with one kept elsewhere.
 *
 * @param anchor the event before the first; by default the beginning of the workspace
 */
export function verifyChain(
  events: Iterable<AuditEvent>,
  anchor: ChainAnchor = { rev: 0, hash: CHAIN_START },
): ChainResult {
  let head = anchor;
  let count = 0;
  let workspaceId: WorkspaceId | undefined;
  for (const event of events) {
    workspaceId ??= event.workspaceId;
    const reason = faultOf(event, head, workspaceId);
    if (reason !== undefined) return { ok: false, rev: event.rev, reason };
    head = { rev: event.rev, hash: event.hash };
    count += 1;
  }
  return { ok: true, count, head };
}

function faultOf(
  event: AuditEvent,
  head: ChainAnchor,
  workspaceId: WorkspaceId,
): ChainFault | undefined {
  if (event.workspaceId !== workspaceId) return "workspace";
  if (event.rev !== head.rev + 1) return "rev";
  if (event.previousHash !== head.hash) return "previous_hash";
  if (event.hash !== auditHash(event.previousHash, auditLine(event))) return "hash";
  return undefined;
}
