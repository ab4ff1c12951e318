// A verdict made in this process, in the words of the one that the server gives.
import { missingScopes } from "@keyward/core/scope/scope";
import type { ScopeRequirement } from "@keyward/core/scope/scope";
import { formatInstant } from "@keyward/core/time";
import type { TokenFacts } from "@keyward/core/model/access-token";
import { cnfClaim } from "@keyward/core/token/confirmation";
import { actClaim } from "@keyward/core/token/access-token-jwt";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { describeDenial } from "@keyward/core/verdict/describe-denial";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Allowed, Verdict } from "@keyward/core/verdict/verdict";
import type { Principal } from "../client/operations.generated.ts";
import type { LookupResult } from "./lookups.ts";

export interface LocalAllowed {
  readonly outcome: "allowed";
  readonly code: "allowed";
  readonly status: 200;
  readonly principal: Principal;
  /** It rests on a state that could not be proved fresh; only in a mode that admits it. */
  readonly stale: boolean;
  /** What its limits say after this request; there only when it has any. */
  readonly limits?: readonly LimitState[];
  /** A limit was judged without what it shares with others, as its `when_unavailable` says. */
  readonly degraded?: true;
}

export interface LocalDenied {
  readonly outcome: "denied";
  readonly code: DenialCode;
  readonly status: number;
  readonly detail: string;
  /** With `insufficient_scope`: what the key would have to be granted. */
  readonly missing_scopes?: readonly string[];
  /** Only when the presented secret matched. */
  readonly principal?: Principal;
  readonly stale: boolean;
  readonly limits?: readonly LimitState[];
  readonly degraded?: true;
  /** Seconds after which the same request would pass. */
  readonly retry_after?: number;
}

/**
 * Why nothing could be decided:
 *
 * - `not_ready`: nothing has been loaded yet, or what was loaded counts no longer
 * - `behind`: Keyward itself has not come to the rev that was asked for
 * - `failed`: something in this process threw
 * - the others as `LookupResult` has them
 */
export type UnavailableReason =
  | "not_ready"
  | "behind"
  | "failed"
  | Extract<LookupResult, { readonly outcome: "unavailable" }>["reason"];

/** Neither allowed nor denied: to be answered with 503, never with 401 and never with 200 (K3). */
export interface LocalUnavailable {
  readonly outcome: "unavailable";
  readonly code: "unavailable";
  readonly status: 503;
  readonly reason: UnavailableReason;
  readonly retryAfterSeconds: number;
  /** For logs only. */
  readonly cause?: unknown;
}

export type LocalVerdict = LocalAllowed | LocalDenied | LocalUnavailable;

/** Reads all that it needs of the key at once: the verdict's view of it ends with the next change. */
export function localVerdict(
  verdict: Verdict,
  requirement: ScopeRequirement | undefined,
  stale: boolean,
): LocalAllowed | LocalDenied {
  if (verdict.outcome === "allowed") return localAllowed(verdict, stale);
  const { outcome, code, status, key } = verdict;
  const denied = {
    outcome,
    code,
    status,
    detail: describeDenial(code, key),
    stale,
    ...toldOf(verdict),
  };
  if (key === undefined) return denied;
  const principal = principalOf(key);
  if (code !== "insufficient_scope") return { ...denied, principal };
  const missing = requirement === undefined ? [] : missingScopes(key.grants, requirement);
  return { ...denied, missing_scopes: missing, principal };
}

export function localAllowed(verdict: Allowed, stale: boolean): LocalAllowed {
  const { outcome, code, status, key } = verdict;
  const allowed = { outcome, code, status, principal: principalOf(key), stale };
  return verdict.limits === undefined ? allowed : { ...allowed, ...toldOf(verdict) };
}

function toldOf({ limits }: Verdict): Pick<LocalDenied, "limits" | "retry_after" | "degraded"> {
  if (limits === undefined) return {};
  const { states, retryAfterSeconds, degraded } = limits;
  return {
    limits: states,
    ...(degraded && { degraded }),
    ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
  };
}

export function unavailable(reason: UnavailableReason, cause?: unknown): LocalUnavailable {
  const verdict = { outcome: "unavailable", code: "unavailable", status: 503, reason } as const;
  return { ...verdict, retryAfterSeconds: 1, cause };
}

function principalOf(key: KeySnapshot): Principal {
  return {
    kind: key.kind,
    key_id: key.keyId,
    secret_id: key.secretId,
    api: key.apiPrefix,
    api_id: key.apiId,
    owner: key.ownerExternalId,
    owner_id: key.ownerId,
    environment: key.environment,
    scopes: key.grants.grants,
    metadata: key.metadata,
    expires_at: key.expiresAt === undefined ? null : formatInstant(key.expiresAt),
    ...(key.token !== undefined && { token: tokenOf(key.token) }),
  };
}

function tokenOf({
  id,
  clientId,
  actors,
  confirmation,
  issuedAt,
}: TokenFacts): NonNullable<Principal["token"]> {
  const act = actClaim(actors);
  return {
    id,
    client_id: clientId,
    act: act as Readonly<Record<string, unknown>> | null,
    issued_at: formatInstant(issuedAt),
    cnf: cnfClaim(confirmation),
  };
}
