import type { EventId, WorkspaceId } from "../id.ts";
import type { Entity } from "../feed/change.ts";
import type { JsonValue } from "../model/metadata.ts";
import type { Instant } from "../time.ts";

/** Who acted: a management key, a member in a browser, an owner in the portal, or Keyward itself (first start, restore). */
export type Actor =
  | { readonly type: "key"; readonly id: string; readonly ip: string | null }
  | { readonly type: "member"; readonly id: string; readonly ip: string | null }
  | { readonly type: "owner"; readonly id: string; readonly ip: string | null }
  | { readonly type: "system"; readonly id: string; readonly ip: null };

/** Everything that an audit event may tell of: `<entity>.<what happened>`, in the past tense. The table of spec/audit.md §1. */
export const AUDIT_ACTIONS = [
  "workspace.created",
  "workspace.updated",
  "workspace.restored",
  "api.created",
  "api.updated",
  "api.deleted",
  "role.created",
  "role.updated",
  "role.deleted",
  "plan.created",
  "plan.updated",
  "plan.deleted",
  "owner.created",
  "owner.updated",
  "owner.disabled",
  "owner.enabled",
  "owner.deleted",
  "owner.credits_added",
  "owner.portal_opened",
  "owner.portal_ended",
  "key.created",
  "key.updated",
  "key.rotated",
  "key.secret_added",
  "key.secret_removed",
  "key.disabled",
  "key.enabled",
  "key.revoked",
  "key.approved",
  "key.denied",
  "key.deleted",
  "key.leaked",
  "key.credits_added",
  "member.created",
  "member.updated",
  "member.disabled",
  "member.enabled",
  "member.deleted",
  "member.link_issued",
  "member.signed_in",
  "member.signed_out",
  "member.session_ended",
  "member.login_approved",
  "member.login_denied",
  "revocation.started",
  "revocation.finished",
  "revocation.cancelled",
  "policy.created",
  "policy.updated",
  "policy.deleted",
  "policy.application_started",
  "policy.application_finished",
  "policy.application_cancelled",
  "policy.application_refused",
  "webhook.created",
  "webhook.updated",
  "webhook.rotated",
  "webhook.disabled",
  "webhook.enabled",
  "webhook.deleted",
  "client.created",
  "client.updated",
  "client.credits_added",
  "client.rotated",
  "client.secret_added",
  "client.secret_removed",
  "client.disabled",
  "client.enabled",
  "client.revoked",
  "client.tokens_revoked",
  "client.deleted",
  "signing_key.created",
  "signing_key.retired",
  "token.revoked",
] as const satisfies readonly `${Entity}.${string}`[];

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What an operation says of a change. It never holds a secret, and of a digest only what a person pastes back. */
export interface AuditFacts {
  readonly id: EventId;
  readonly at: Instant;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly requestId: string | null;
  readonly detail: { readonly [name: string]: JsonValue };
}

/** One link of a workspace's chain: it stands beside the change with the same rev, or neither is there (I8). */
export interface AuditEvent extends AuditFacts {
  readonly workspaceId: WorkspaceId;
  readonly rev: number;
  readonly entity: Entity;
  readonly targetId: string;
  /** SHA-256, lower-case hexadecimal; 64 zeros before the first event. */
  readonly previousHash: string;
  readonly hash: string;
}
