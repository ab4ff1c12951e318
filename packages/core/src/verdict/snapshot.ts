import type { ApiId, KeyId, OwnerId, SecretId, WorkspaceId } from "../id.ts";
import type { Environment, KeyKind } from "../key/format.ts";
import type { KeyState } from "../model/key-state.ts";
import type { Limit } from "../limit/limit.ts";
import type { Metadata } from "../model/metadata.ts";
import type { CompiledRestrictions } from "../restriction/restrictions.ts";
import type { GrantSet } from "../scope/scope.ts";
import type { Instant } from "../time.ts";

/**
 * What a decision may know of one key, and of the secret of it that was presented.
 *
 * A snapshot may be a view of a packed table: read what you need of it before you next yield.
 */
export interface KeySnapshot {
  readonly workspaceId: WorkspaceId;
  readonly keyId: KeyId;
  readonly secretId: SecretId;
  readonly apiId: ApiId;
  readonly apiPrefix: string;
  readonly ownerId: OwnerId;
  readonly ownerExternalId: string;
  readonly ownerDisabled: boolean;
  readonly kind: KeyKind;
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
