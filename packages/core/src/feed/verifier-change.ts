// What a decision needs of each thing, and so all of it that may leave the authority (T17). The records have it all, so a
// CommittedChange is a VerifierChange.
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
import type { Api, Key, KeySecret, Owner, Plan, Role } from "../model/records.ts";
import type { SigningKey } from "../model/signing-key.ts";

export type VerifierApi = Pick<Api, "id" | "prefix" | "audience" | "limits">;
export type VerifierRole = Pick<Role, "id" | "scopes">;
export type VerifierPlan = Pick<Plan, "id" | "limits">;
export type VerifierOwner = Pick<
  Owner,
  "id" | "externalId" | "disabled" | "rights" | "planId" | "limits"
>;
export type VerifierSecret = Pick<KeySecret, "id" | "digest" | "notBefore" | "expiresAt">;

export interface VerifierKey extends Pick<
  Key,
  | "id"
  | "apiId"
  | "ownerId"
  | "kind"
  | "environment"
  | "state"
  | "scopes"
  | "roleIds"
  | "restrictions"
  | "planId"
  | "limits"
  | "metadata"
  | "expiresAt"
> {
  readonly secrets: readonly VerifierSecret[];
}

export type VerifierClient = Pick<
  Client,
  | "id"
  | "ownerId"
  | "environment"
  | "state"
  | "resources"
  | "planId"
  | "limits"
  | "metadata"
  | "revokedBefore"
>;

export type VerifierSigningKey = Pick<
  SigningKey,
  "id" | "environment" | "algorithm" | "kid" | "publicKey"
>;

/** Of a token that was revoked and is not opaque, only the id and the end mean anything. */
export type VerifierToken = Omit<AccessToken, "workspaceId">;

/** What became of one thing that a verifier holds: its new value, or `null` when it is gone. */
export type VerifiedThing =
  | { readonly entity: "api"; readonly id: ApiId; readonly value: VerifierApi | null }
  | { readonly entity: "role"; readonly id: RoleId; readonly value: VerifierRole | null }
  | { readonly entity: "plan"; readonly id: PlanId; readonly value: VerifierPlan | null }
  | { readonly entity: "owner"; readonly id: OwnerId; readonly value: VerifierOwner | null }
  | { readonly entity: "key"; readonly id: KeyId; readonly value: VerifierKey | null }
  | { readonly entity: "client"; readonly id: ClientId; readonly value: VerifierClient | null }
  | {
      readonly entity: "signing_key";
      readonly id: SigningKeyId;
      readonly value: VerifierSigningKey | null;
    }
  | { readonly entity: "token"; readonly id: TokenId; readonly value: VerifierToken | null };

/** The same, and changes of what no decision looks at, of which a verifier needs nothing but the rev. */
export type VerifierEntity =
  | VerifiedThing
  | { readonly entity: "workspace"; readonly id: WorkspaceId; readonly value: object | null }
  | { readonly entity: "member"; readonly id: MemberId; readonly value: object | null }
  | { readonly entity: "revocation"; readonly id: RevocationId; readonly value: object }
  | { readonly entity: "policy"; readonly id: PolicyId; readonly value: object | null }
  | { readonly entity: "webhook"; readonly id: WebhookId; readonly value: object | null };

/** A change as a verifier applies it: the value is what the thing was after the rev. */
export interface VerifierChange<Change extends VerifierEntity = VerifierEntity> {
  readonly workspaceId: WorkspaceId;
  readonly rev: number;
  readonly change: Change;
}
