import type { KeyObject } from "node:crypto";
import { OperationError } from "@keyward/core/failure/failures";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { Actor, AuditAction, AuditFacts } from "@keyward/core/audit/event";
import type { Id, IdKind, KeyId, MemberId, WorkspaceId } from "@keyward/core/id";
import type { JsonValue } from "@keyward/core/model/metadata";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { Session } from "../storage/people.ts";
import type { Random } from "../runtime/random.ts";
import type { TenantScope } from "../storage/storage.ts";
import type { Cursors } from "./cursors.ts";

/** A person who calls, from the browser that has this session. */
export interface CallingMember {
  readonly id: MemberId;
  readonly session: Session;
}

/**
 * Who calls, established by verifying a management key or a session. No operation takes any of this from its input (T01).
 */
export interface Caller {
  readonly scope: TenantScope;
  /** The management key that calls; `undefined` when a member does. */
  readonly keyId: KeyId | undefined;
  /** The member who calls; `undefined` when a management key does. */
  readonly member: CallingMember | undefined;
  readonly grants: GrantSet;
  readonly expiresAt: Instant | undefined;
  /** Whether the workspace is the operator's. */
  readonly operator: boolean;
}

/** What the operations on endpoints need of the installation. */
export interface WebhookSetting {
  /** Seals what signs their deliveries. */
  readonly sealingKey: KeyObject;
  /** Why a URL can be no endpoint; `undefined` when it can. */
  readonly urlProblem: (url: string) => string | undefined;
}

/** What opening the portal needs of the installation. */
export interface PortalSetting {
  /** Seals the sessions that visitors hold. */
  readonly sealingKey: KeyObject;
  /** Where the portal is, as a browser finds it (T67). */
  readonly baseUrl: () => string;
}

/** What signs how far an audit chain has come; an adapter of `audit/checkpoint.ts`. */
export interface Checkpoints {
  readonly key: {
    readonly kid: string;
    readonly kty: "OKP";
    readonly crv: "Ed25519";
    readonly x: string;
  };
  sign(checkpoint: {
    readonly workspaceId: WorkspaceId;
    readonly rev: number;
    readonly hash: string;
    readonly at: Instant;
  }): Promise<string>;
}

/** One call of an operation: the caller, the instant, and what an operation may use besides storage. */
export interface Call {
  readonly caller: Caller;
  readonly actor: Actor;
  readonly requestId: string;
  readonly now: Instant;
  /** The rev that the caller has read, from `If-Match`; `undefined` when it does not mind. */
  readonly ifMatch: number | undefined;
  readonly random: Random;
  readonly cursors: Cursors;
  readonly webhooks: WebhookSetting;
  readonly portal: PortalSetting;
  readonly checkpoints: Checkpoints;
}

/** What an operation that writes answers with. */
export interface Written<Result> {
  readonly result: Result;
  /** The workspace's rev that a verifier must have reached to know of it; sent as `Keyward-Rev`. */
  readonly rev: number;
  /** What was created or changed, for the reply that follows when a secret can no longer be shown. */
  readonly targetId: string;
}

export function mintId<Kind extends IdKind>(
  call: Pick<Call, "now" | "random">,
  kind: Kind,
): Id<Kind> {
  return formatId(kind, call.now, call.random.bytes(ID_RANDOM_BYTES));
}

/** The audit facts of a change that this call makes. */
export function factsOf(
  call: Pick<Call, "actor" | "now" | "random" | "requestId">,
  action: AuditAction,
  detail: { readonly [name: string]: JsonValue } = {},
): AuditFacts {
  const id = mintId(call, "event");
  return { id, at: call.now, actor: call.actor, action, requestId: call.requestId, detail };
}

/** Absent and "another workspace's" are one answer (K6). */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined)
    throw new OperationError("not_found", { detail: `There is no such ${what}` });
  return value;
}

/** @throws OperationError `precondition_failed` when it has changed since the caller read it */
export function assertUnchanged(call: Call, rev: number): void {
  if (call.ifMatch === undefined || call.ifMatch === rev) return;
  throw new OperationError("precondition_failed", {
    detail: `It is at rev ${rev}, and you have read rev ${call.ifMatch}`,
  });
}
