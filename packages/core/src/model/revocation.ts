import type { Actor } from "../audit/event.ts";
import type { ApiId, KeyId, OwnerId, RevocationId, RoleId, WorkspaceId } from "../id.ts";
import type { Environment, KeyKind } from "../key/format.ts";
import type { Instant } from "../time.ts";

/** Which keys a revocation means: those that pass everything that is not `null`. */
export interface RevocationFilter {
  readonly apiId: ApiId | null;
  readonly ownerId: OwnerId | null;
  readonly roleId: RoleId | null;
  readonly environment: Environment | null;
  readonly kind: KeyKind | null;
  /** At this instant or later. */
  readonly createdAfter: Instant | null;
  /** Never `null`: a key that is made after the revocation has begun is not meant. */
  readonly createdBefore: Instant;
  /** The network of its last use, as `usageNetwork` of core has it. */
  readonly lastUsedFrom: string | null;
  /** Not at this instant and not later; a key that was never used passes. */
  readonly notUsedSince: Instant | null;
}

export type RevocationState = "running" | "finished" | "cancelled";

/** The revocation of all keys that a filter means, carried out slice by slice, newest key first. */
export interface Revocation {
  readonly id: RevocationId;
  readonly workspaceId: WorkspaceId;
  readonly filter: RevocationFilter;
  /** The built-in api, unless the filter names it: its keys manage the workspace, and feed its verifiers. */
  readonly sparedApiId: ApiId | null;
  /** The management key that has asked for it. */
  readonly sparedKeyId: KeyId | null;
  readonly reason: string | null;
  /** How many keys it meant when it began. */
  readonly matchedCount: number;
  readonly revokedCount: number;
  /** The last key that has been dealt with. */
  readonly position: KeyId | null;
  readonly state: RevocationState;
  readonly startedBy: Actor;
  readonly requestId: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
}

/** How many keys are still to be revoked: a key may have been revoked by somebody else meanwhile, or deleted. */
export function remainingOf({ state, matchedCount, revokedCount }: Revocation): number {
  return state === "running" ? Math.max(0, matchedCount - revokedCount) : 0;
}
