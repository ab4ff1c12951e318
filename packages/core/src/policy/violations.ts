// What a policy finds wrong with a credential, as spec/policies.md defines it. It never looks at uses or at approvals.
import type { Instant } from "../time.ts";
import { addSeconds, instant } from "../time.ts";
import type { ApiId } from "../id.ts";
import type { GovernedKind, Policy, PolicyRules, RestrictionName } from "../model/policy.ts";
import type { Restrictions } from "../restriction/restrictions.ts";
import { compileGrants, intersectGrants } from "../scope/scope.ts";
import type { ScopeGrant } from "../scope/scope.ts";

/** One secret of a credential: how long it was made for. */
export interface GovernedSecret {
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
}

/** What rules are held against, of a key or of a client. */
export interface Governed {
  /** Those of its roles among them. */
  readonly scopes: readonly ScopeGrant[];
  /** `undefined` where there can be none. */
  readonly restrictions: Restrictions | null | undefined;
  readonly expiresAt: Instant | null;
  readonly secrets: readonly GovernedSecret[];
}

export type Violation =
  | { readonly rule: "lifetime"; readonly secondsMax: number }
  | { readonly rule: "restriction"; readonly missing: RestrictionName }
  | { readonly rule: "scope"; readonly scope: ScopeGrant; readonly index: number };

export type ViolatedRule = Violation["rule"];

type Reach = Pick<Policy, "apiId" | "kind">;

/** Whether a policy speaks of such a credential. The built-in api is meant only by name. */
export function governs(
  { apiId, kind }: Reach,
  of: { readonly apiId: ApiId; readonly builtIn: boolean; readonly kind: GovernedKind },
): boolean {
  const isOfApi = apiId === null ? !of.builtIn : apiId === of.apiId;
  return isOfApi && (kind === null || kind === of.kind);
}

/** Nothing is wrong with what has ended. */
export function violationsOf(
  rules: PolicyRules,
  credential: Governed,
  now: Instant,
): readonly Violation[] {
  if (hasEnded(credential, now)) return [];
  const { lifetimeSecondsMax: secondsMax } = rules;
  const isTooLong =
    secondsMax !== null &&
    liveSecrets(credential, now).some(
      (secret) => endOf(credential, secret) > addSeconds(secret.createdAt, secondsMax),
    );
  return [
    ...(isTooLong ? [{ rule: "lifetime", secondsMax } as const] : []),
    ...missingIn(rules, credential.restrictions),
    ...forbiddenIn(rules, credential.scopes),
  ];
}

function missingIn(
  { requiredRestrictions }: PolicyRules,
  restrictions: Governed["restrictions"],
): readonly Violation[] {
  if (restrictions === undefined) return [];
  return requiredRestrictions
    .filter((name) => restrictions?.[name] === undefined)
    .map((missing) => ({ rule: "restriction", missing }));
}

/** Scopes that a policy forbids, or that include one that it forbids. */
export function forbiddenIn(
  { forbiddenScopes }: Pick<PolicyRules, "forbiddenScopes">,
  scopes: readonly ScopeGrant[],
): readonly Extract<Violation, { rule: "scope" }>[] {
  if (forbiddenScopes.length === 0) return [];
  const forbidden = compileGrants(forbiddenScopes);
  return scopes.flatMap((scope, index) =>
    intersectGrants(compileGrants([scope]), forbidden).grants.length === 0
      ? []
      : [{ rule: "scope", scope, index } as const],
  );
}

/** How a credential ends that is brought under a policy: never later than it would have. */
export interface EndsUnder {
  readonly expiresAt: Instant | null;
  /** Of each secret, in order. */
  readonly secrets: readonly (Instant | null)[];
}

/**
 * The ends of a credential under a policy. What is too long is cut to its lifetime; what violates another rule ends with
 * the grace. Neither is before the grace, nor later than it was.
 */
export function endsUnder(
  rules: PolicyRules,
  credential: Governed,
  { now, graceUntil }: { readonly now: Instant; readonly graceUntil: Instant },
): EndsUnder {
  const violations = violationsOf(rules, credential, now);
  const secrets = credential.secrets.map(({ expiresAt }) => expiresAt);
  if (violations.length === 0) return { expiresAt: credential.expiresAt, secrets };
  const isLifetimeAlone = violations.every(({ rule }) => rule === "lifetime");
  const latest = (secret: GovernedSecret): Instant => {
    if (!isLifetimeAlone || rules.lifetimeSecondsMax === null) return graceUntil;
    const end = addSeconds(secret.createdAt, rules.lifetimeSecondsMax);
    return end < graceUntil ? graceUntil : end;
  };
  const live = new Set(liveSecrets(credential, now));
  const last = Math.max(graceUntil, ...[...live].map(latest));
  return {
    expiresAt: earlier(credential.expiresAt, live.size === 0 ? graceUntil : instant(last)),
    secrets: credential.secrets.map((secret) =>
      live.has(secret) && live.size > 1
        ? earlier(secret.expiresAt, latest(secret))
        : secret.expiresAt,
    ),
  };
}

function hasEnded({ expiresAt, secrets }: Governed, now: Instant): boolean {
  if (expiresAt !== null && expiresAt <= now) return true;
  return secrets.length > 0 && secrets.every((secret) => hasSecretEnded(secret, now));
}

function liveSecrets({ secrets }: Governed, now: Instant): readonly GovernedSecret[] {
  return secrets.filter((secret) => !hasSecretEnded(secret, now));
}

function hasSecretEnded({ expiresAt }: GovernedSecret, now: Instant): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function endOf(credential: Governed, secret: GovernedSecret): number {
  return Math.min(credential.expiresAt ?? Infinity, secret.expiresAt ?? Infinity);
}

function earlier(one: Instant | null, other: Instant): Instant {
  return one !== null && one < other ? one : other;
}
