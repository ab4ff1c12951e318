// A verdict as the wire carries it. Written by hand: what does not depend on the key is a constant, and ids need no escape.
import { rateLimitFields } from "@keyward/core/http/rate-limit-fields";
import type { TokenFacts } from "@keyward/core/model/access-token";
import { actClaim } from "@keyward/core/token/access-token-jwt";
import { cnfClaim } from "@keyward/core/token/confirmation";
import { missingScopes } from "@keyward/core/scope/scope";
import type { GrantSet } from "@keyward/core/scope/scope";
import { formatInstant } from "@keyward/core/time";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import { describeDenial } from "@keyward/core/verdict/describe-denial";
import type { TraceStep } from "@keyward/core/verdict/explain";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Verdict } from "@keyward/core/verdict/verdict";

const ALLOWED_DETAIL = "The key may do this";

/** Everything up to the principal, by code. */
const HEADS = new Map<VerdictCode, string>([
  ["allowed", headOf("allowed", "allowed", 200, ALLOWED_DETAIL)],
]);
for (const [code, { status, title }] of Object.entries(DENIALS)) {
  HEADS.set(code as VerdictCode, headOf("denied", code, status, title));
}

function headOf(outcome: string, code: string, status: number, detail: string): string {
  return JSON.stringify({ outcome, code, status, detail }).slice(0, -1);
}

/** What a verdict rests on. */
export interface VerdictRest {
  /** Of the workspace. */
  readonly rev: number;
  /** It could not be proved fresh. */
  readonly stale: boolean;
}

/** The JSON of `verdictResource` of the contract. */
export function verdictJson(
  verdict: Verdict,
  request: DecisionRequest,
  { rev, stale }: VerdictRest,
  trace?: readonly TraceStep[],
): string {
  const { code, key } = verdict;
  let json = headFor(verdict);
  if (code === "insufficient_scope" && key !== undefined && request.scopes !== undefined) {
    const missing = missingScopes(key.grants, request.scopes);
    json += `,"missing_scopes":${JSON.stringify(missing)}`;
  }
  if (key !== undefined) json += `,"principal":${principalJson(key)}`;
  json += `,"limits":${limitsJson(verdict)},"rev":${rev}`;
  if (stale) json += ',"stale":true';
  return trace === undefined ? `${json}}` : `${json},"trace":${JSON.stringify(trace)}}`;
}

/** With limits, also the header fields for the caller's own answer. */
function limitsJson({ limits }: Verdict): string {
  if (limits === undefined) return "[]";
  const { states, retryAfterSeconds, degraded } = limits;
  let json = JSON.stringify(states);
  if (retryAfterSeconds !== undefined) json += `,"retry_after":${retryAfterSeconds}`;
  if (degraded) json += ',"degraded":true';
  if (limits.charge !== undefined) {
    const { id, cost, expiresAt } = limits.charge;
    json += `,"charge":${JSON.stringify({ id, cost, expires_at: formatInstant(expiresAt) })}`;
  }
  const fields = Object.fromEntries(rateLimitFields(states));
  return states.length === 0 ? json : `${json},"headers":${JSON.stringify(fields)}`;
}

/** Few denials say more than their code's title. */
function headFor(verdict: Verdict): string {
  const { outcome, code, status, key } = verdict;
  if (outcome === "denied") {
    const detail = describeDenial(code, key);
    if (detail !== DENIALS[code].title) return headOf(outcome, code, status, detail);
  }
  return HEADS.get(code) ?? "";
}

function principalJson(key: KeySnapshot): string {
  const end = key.expiresAt;
  return (
    `{"kind":"${key.kind}","key_id":"${key.keyId}","secret_id":"${key.secretId}"` +
    `,"api":"${key.apiPrefix}","api_id":"${key.apiId}"` +
    `,"owner":${JSON.stringify(key.ownerExternalId)},"owner_id":"${key.ownerId}"` +
    `,"environment":"${key.environment}","scopes":${scopesJson(key.grants)}` +
    `,"metadata":${JSON.stringify(key.metadata)}` +
    `,"expires_at":${end === undefined ? "null" : `"${formatInstant(end)}"`}` +
    (key.token === undefined ? "}" : `,"token":${tokenJson(key.token)}}`)
  );
}

function tokenJson({ id, clientId, actors, confirmation, issuedAt }: TokenFacts): string {
  const act = actClaim(actors);
  const cnf = cnfClaim(confirmation);
  return JSON.stringify({ id, client_id: clientId, act, issued_at: formatInstant(issuedAt), cnf });
}

/** Keys share their sets of grants, so there are few of these texts. */
const textOfGrants = new WeakMap<GrantSet, string>();

function scopesJson(grants: GrantSet): string {
  let text = textOfGrants.get(grants);
  if (text === undefined) {
    text = JSON.stringify(grants.grants);
    textOfGrants.set(grants, text);
  }
  return text;
}
