import type {
  ApiId,
  ClientId,
  CredentialId,
  KeyId,
  OwnerId,
  SecretId,
  WorkspaceId,
} from "../id.ts";
import type { CredentialKind, Environment } from "../key/format.ts";
import type { KeyState } from "../model/key-state.ts";
import type { Limit } from "../limit/limit.ts";
import type { TokenFacts } from "../model/access-token.ts";
import type { Metadata } from "../model/metadata.ts";
import type { CompiledRestrictions } from "../restriction/restrictions.ts";
import type { GrantSet } from "../scope/scope.ts";
import type { Instant } from "../time.ts";

/**
 * What a decision may know of one key, and of the secret of it that was presented. An access token is one more way to
 * present a key, or a client: it is never more than they are.
 *
 * A snapshot may be a view of a packed table: read what you need of it before you next yield.
 */
interface Presented {
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId;
  readonly apiPrefix: string;
  readonly ownerId: OwnerId;
  readonly ownerExternalId: string;
  readonly ownerDisabled: boolean;
  readonly kind: CredentialKind;
  readonly environment: Environment;
  readonly state: KeyState;
  /** The key's own end; `undefined` is never. */
  readonly expiresAt: Instant | undefined;
  /** When the presented secret begins to work; `undefined` is at once. */
  readonly secretNotBefore: Instant | undefined;
  /** When the presented secret ends, as rotation sets it; `undefined` is with the key. */
  readonly secretExpiresAt: Instant | undefined;
  /** The key's own scopes and those of its roles; of a personal access token only what its user may do as well. */
  readonly grants: GrantSet;
  readonly restrictions: CompiledRestrictions | undefined;
  /** Of the key's plan and the key itself; empty where there are none. */
  readonly limits: readonly Limit[];
  /** The same of its owner, counted over all the owner's keys. */
  readonly ownerLimits: readonly Limit[];
  readonly apiLimits: readonly Limit[];
  readonly metadata: Metadata;
  readonly rev: number;
}

/** A key, by one of its secrets. */
export interface PresentedKey extends Presented {
  readonly keyId: KeyId;
  readonly secretId: SecretId;
  readonly token: undefined;
}

/** An access token: of a client on its own behalf, or in the stead of a key. */
export interface PresentedToken extends Presented {
  readonly keyId: CredentialId;
  /** The client that it was issued to, since tokens are too many to count the uses of each. */
  readonly secretId: ClientId;
  readonly token: TokenFacts;
}

export type KeySnapshot = PresentedKey | PresentedToken;
