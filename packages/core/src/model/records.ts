// The things of a workspace as storage keeps them and the feed carries them. `null` is "none"; there is no `undefined`.
import type {
  ApiId,
  KeyId,
  MemberId,
  OwnerId,
  PlanId,
  RoleId,
  SecretId,
  WorkspaceId,
} from "../id.ts";
import type { Digest } from "../key/digest.ts";
import type { Environment, KeyKind } from "../key/format.ts";
import type { Limit } from "../limit/limit.ts";
import type { Restrictions } from "../restriction/restrictions.ts";
import type { Scope, ScopeGrant } from "../scope/scope.ts";
import type { Instant } from "../time.ts";
import type { TokenAlgorithm } from "../token/algorithm.ts";
import type { KeyState } from "./key-state.ts";
import type { LeakReaction } from "./leak-reaction.ts";
import type { Metadata } from "./metadata.ts";

/** The tenant. It owns everything else and sees nothing of any other. */
export interface Workspace {
  readonly id: WorkspaceId;
  readonly name: string;
  /** The one workspace that was there first: its management keys may make further workspaces. */
  readonly operator: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A scope of an api's catalogue: what may be granted to its keys. */
export interface CatalogueScope {
  readonly name: Scope;
  readonly description: string | null;
}

export type TokenFormat = "jwt" | "opaque";

/** A protected API. */
export interface Api {
  readonly id: ApiId;
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  /** The brand of its keys, unique in the workspace. */
  readonly prefix: string;
  /** The absolute URI that names the API to OAuth (RFC 8707 §2). */
  readonly audience: string;
  readonly scopes: readonly CatalogueScope[];
  /** The lifetime of a key that is created without an expiry; `null` is no end. */
  readonly defaultLifetimeSeconds: number | null;
  /** Of all its keys together, unless a limit says otherwise. */
  readonly limits: readonly Limit[];
  /** What the access tokens for it are: signed statements, or random text that only Keyward can read. */
  readonly tokenFormat: TokenFormat;
  /** What they are signed with, where they are signed. */
  readonly tokenAlgorithm: TokenAlgorithm;
  /** What becomes of a key of it that leaked. */
  readonly leakReaction: LeakReaction;
  /** Keyward's own api, whose keys manage the workspace. */
  readonly builtIn: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A named set of scopes of one api. Keys refer to it, so a change of the role reaches them all. */
export interface Role {
  readonly id: RoleId;
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId;
  /** Unique in the api. */
  readonly name: string;
  readonly description: string | null;
  readonly scopes: readonly ScopeGrant[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A named set of limits. Keys and owners refer to it, so a change of the plan reaches them all. */
export interface Plan {
  readonly id: PlanId;
  readonly workspaceId: WorkspaceId;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: string | null;
  readonly limits: readonly Limit[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type OwnerType = "app" | "user" | "organisation";

/** Who holds credentials, under the producer's own id. */
export interface Owner {
  readonly id: OwnerId;
  readonly workspaceId: WorkspaceId;
  /** The producer's id, unique in the workspace. */
  readonly externalId: string;
  readonly type: OwnerType;
  readonly name: string | null;
  /** Disabling an owner refuses all of its keys at once, and is undone at once. */
  readonly disabled: boolean;
  readonly planId: PlanId | null;
  /** Of all its keys together; they take the place of those of the plan with the same names. */
  readonly limits: readonly Limit[];
  /**
   * What a user may do: of a personal access token nothing counts beyond it, whenever it was made. `null` is nothing
   * known, and then such a token may do nothing.
   */
  readonly rights: readonly ScopeGrant[] | null;
  readonly metadata: Metadata;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** One secret of a key: of the secret itself only its digest and last four characters are kept. */
export interface KeySecret {
  readonly id: SecretId;
  readonly digest: Digest;
  readonly hint: string;
  readonly notBefore: Instant | null;
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
}

/** A stable id and its policy, with the secrets that open it. */
export interface Key {
  readonly id: KeyId;
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId;
  readonly ownerId: OwnerId;
  readonly name: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly state: KeyState;
  readonly scopes: readonly ScopeGrant[];
  readonly roleIds: readonly RoleId[];
  readonly restrictions: Restrictions | null;
  readonly planId: PlanId | null;
  /** They take the place of those of the plan with the same names. */
  readonly limits: readonly Limit[];
  readonly metadata: Metadata;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedReason: string | null;
  readonly secrets: readonly KeySecret[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** What a member may do; contract/member-roles.ts says what that is. From the most to the least. */
export const MEMBER_ROLES = ["owner", "admin", "developer", "viewer"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** Who a person is at an OpenID Provider: `sub` is unique there, and an address is not (OpenID Connect Core §5.7). */
export interface MemberIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** A person who manages the workspace, in a browser. */
export interface Member {
  readonly id: MemberId;
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  /** Unique in the workspace, its letters of ASCII in lower case; nobody is recognised by it. */
  readonly email: string | null;
  readonly role: MemberRole;
  /** A disabled member has no session and cannot get one. */
  readonly disabled: boolean;
  readonly identity: MemberIdentity | null;
  readonly lastSignedInAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
