import type {
  ApiId,
  ClientId,
  KeyId,
  MemberId,
  OwnerId,
  PlanId,
  PolicyId,
  RevocationId,
  RoleId,
  WebhookId,
  SigningKeyId,
  TokenId,
  WorkspaceId,
} from "../id.ts";
import type { AccessToken } from "../model/access-token.ts";
import type { Client } from "../model/client.ts";
import type { Policy } from "../model/policy.ts";
import type { Api, Key, Member, Owner, Plan, Role, Workspace } from "../model/records.ts";
import type { Revocation } from "../model/revocation.ts";
import type { Webhook } from "../model/webhook.ts";
import type { SigningKey } from "../model/signing-key.ts";

/** What became of one thing: its whole new value, or `null` when it was deleted. */
export type Change =
  | { readonly entity: "workspace"; readonly id: WorkspaceId; readonly value: Workspace }
  | { readonly entity: "api"; readonly id: ApiId; readonly value: Api | null }
  | { readonly entity: "role"; readonly id: RoleId; readonly value: Role | null }
  | { readonly entity: "plan"; readonly id: PlanId; readonly value: Plan | null }
  | { readonly entity: "owner"; readonly id: OwnerId; readonly value: Owner | null }
  | { readonly entity: "key"; readonly id: KeyId; readonly value: Key | null }
  | { readonly entity: "member"; readonly id: MemberId; readonly value: Member | null }
  | { readonly entity: "revocation"; readonly id: RevocationId; readonly value: Revocation }
  | { readonly entity: "webhook"; readonly id: WebhookId; readonly value: Webhook | null }
  | { readonly entity: "policy"; readonly id: PolicyId; readonly value: Policy | null }
  | { readonly entity: "client"; readonly id: ClientId; readonly value: Client | null }
  | { readonly entity: "signing_key"; readonly id: SigningKeyId; readonly value: SigningKey | null }
  | { readonly entity: "token"; readonly id: TokenId; readonly value: AccessToken };

export type Entity = Change["entity"];

/** A durable change. Revs of a workspace start at 1 and have no gap, in the order of the commits. */
export interface CommittedChange {
  readonly workspaceId: WorkspaceId;
  readonly rev: number;
  readonly change: Change;
}
