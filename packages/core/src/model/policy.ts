// What a workspace asks of its credentials, beyond what their makers ask. What it means is spec/policies.md.
import type { Actor } from "../audit/event.ts";
import type { ApiId, KeyId, PolicyId, WorkspaceId } from "../id.ts";
import type { Restrictions } from "../restriction/restrictions.ts";
import type { ScopeGrant } from "../scope/scope.ts";
import type { Instant } from "../time.ts";

export const GOVERNED_KINDS = ["secret", "publishable", "pat", "client"] as const;
export type GovernedKind = (typeof GOVERNED_KINDS)[number];

export type RestrictionName = keyof Restrictions;

/** Each rule stands by itself; `null`, `false` and an empty list ask for nothing. */
export interface PolicyRules {
  /** How long a secret may work, from when it was made. */
  readonly lifetimeSecondsMax: number | null;
  /** The lifetime of what is created without one. */
  readonly lifetimeSecondsDefault: number | null;
  /** How long a key may go unused before it is disabled. */
  readonly idleSeconds: number | null;
  /** Lists that the restrictions must have. */
  readonly requiredRestrictions: readonly RestrictionName[];
  /** What may not be granted, nor anything that includes it. */
  readonly forbiddenScopes: readonly ScopeGrant[];
  /** Whether a new personal access token waits for an approval. */
  readonly approval: boolean;
}

export type ApplicationState = "counting" | "applying" | "finished" | "cancelled" | "refused";

/** The policy being brought to what was there before it, slice by slice: first counted, then, if it is as many as expected, changed. */
export interface PolicyApplication {
  readonly state: ApplicationState;
  readonly expectedCount: number;
  readonly countedCount: number;
  readonly changedCount: number;
  /** The last credential that has been dealt with; `null` before the first. */
  readonly position: string | null;
  /** No end is set before this instant. */
  readonly graceUntil: Instant;
  /** The management key that has asked for it. */
  readonly sparedKeyId: KeyId | null;
  readonly startedBy: Actor;
  readonly requestId: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
}

export interface Policy extends PolicyRules {
  readonly id: PolicyId;
  readonly workspaceId: WorkspaceId;
  /** Unique in the workspace. */
  readonly name: string;
  /** `null` is every api but the built-in one. */
  readonly apiId: ApiId | null;
  /** `null` is every kind. */
  readonly kind: GovernedKind | null;
  /** Since when it has asked for uses; `null` when it does not. Nothing has been idle for longer than that. */
  readonly idleSince: Instant | null;
  /** The last one; `null` when it was never applied to what was there. */
  readonly application: PolicyApplication | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export function isRunning({ application }: Pick<Policy, "application">): boolean {
  return application?.state === "counting" || application?.state === "applying";
}
