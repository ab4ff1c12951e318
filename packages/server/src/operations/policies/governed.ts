// Holds what is made or changed to the policies of the workspace (spec/policies.md).
import { OperationError } from "@keyward/core/failure/failures";
import type { Problem } from "@keyward/core/failure/failures";
import type { KeyKind } from "@keyward/core/key/format";
import type { GovernedKind, Policy } from "@keyward/core/model/policy";
import type { Api, Key, Role } from "@keyward/core/model/records";
import { governs, violationsOf } from "@keyward/core/policy/violations";
import type {
  Governed,
  GovernedSecret,
  Violation,
  ViolatedRule,
} from "@keyward/core/policy/violations";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Reader, TenantScope } from "../../storage/storage.ts";
import type { Call } from "../call.ts";
import { durationWords } from "./duration-words.ts";

/** The policies that speak of a credential of this api and kind. */
export async function policiesFor(
  reader: Reader,
  scope: TenantScope,
  { id: apiId, builtIn }: Pick<Api, "id" | "builtIn">,
  kind: GovernedKind | KeyKind,
): Promise<readonly Policy[]> {
  // A client's secret is a kind of the format alone, and no key's.
  if (kind === "client_secret") return [];
  const policies = await reader.listPolicies(scope);
  return policies
    .map(({ value }) => value)
    .filter((policy) => governs(policy, { apiId, builtIn, kind }));
}

/** A secret that is made now, and ends with its key. */
export function madeAt(createdAt: Instant): GovernedSecret {
  return { createdAt, expiresAt: null };
}

export function governedKey(
  key: Pick<Key, "scopes" | "restrictions" | "expiresAt"> & Pick<Governed, "secrets">,
  roles: readonly Role[],
): Governed {
  return { ...key, scopes: [...key.scopes, ...roles.flatMap(({ scopes }) => scopes)] };
}

/** The shortest default of the policies, or else what it would be without them; never longer than they allow. */
export function defaultLifetime(
  policies: readonly Policy[],
  otherwise: number | null,
): number | null {
  const defaults = policies.flatMap(({ lifetimeSecondsDefault }) => lifetimeSecondsDefault ?? []);
  const chosen = defaults.length > 0 ? Math.min(...defaults) : (otherwise ?? Infinity);
  const seconds = Math.min(chosen, longestLifetime(policies));
  return seconds === Infinity ? null : seconds;
}

/** In seconds; `Infinity` where no policy bounds it. */
export function longestLifetime(policies: readonly Policy[]): number {
  return Math.min(...policies.map(({ lifetimeSecondsMax }) => lifetimeSecondsMax ?? Infinity));
}

/** The end, or an earlier one that the policies allow for a secret that is made now. */
export function endWithin(
  policies: readonly Policy[],
  end: Instant | null,
  now: Instant,
): Instant | null {
  const seconds = longestLifetime(policies);
  if (seconds === Infinity) return end;
  const last = addSeconds(now, seconds);
  return end !== null && end < last ? end : last;
}

/** Where in the input a rule is met. */
export interface RulePlaces {
  readonly lifetime?: string;
  readonly restriction?: string;
  readonly scope?: string;
}

const EVERYWHERE = { lifetime: "/expires_at", restriction: "/restrictions", scope: "/scopes" };

/**
 * @param places the rules that are asked, with where the input says what they are about; all of them if left out
 * @throws OperationError `policy_violation`, whose problems name the policies
 */
export function assertWithinPolicies(
  policies: readonly Policy[],
  credential: Governed,
  now: Instant,
  places: RulePlaces = EVERYWHERE,
): void {
  const problems = policies.flatMap((policy) =>
    violationsOf(policy, credential, now)
      .filter(({ rule }) => places[rule] !== undefined)
      .map((violation) => problemOf(policy, violation, places)),
  );
  const [first] = problems;
  if (first !== undefined)
    throw new OperationError("policy_violation", { detail: first.detail, problems });
}

/**
 * A new secret has all that its key has, so that it is held to the rules of what may be had.
 *
 * @throws OperationError `policy_violation`
 */
export async function assertStillAllowed(
  { caller, now }: Call,
  reader: Reader,
  policies: readonly Policy[],
  key: Key,
): Promise<void> {
  const roles = (await reader.findRoles(caller.scope, key.roleIds)).map(({ value }) => value);
  const places = { restriction: "", scope: "" };
  assertWithinPolicies(policies, governedKey(key, roles), now, places);
}

const PROBLEM_CODES = {
  lifetime: "lifetime_too_long",
  restriction: "restriction_required",
  scope: "scope_forbidden",
} as const satisfies Record<ViolatedRule, string>;

function problemOf(policy: Policy, violation: Violation, places: RulePlaces): Problem {
  const place = places[violation.rule] ?? "";
  const pointer = violation.rule === "restriction" ? `${place}/${violation.missing}` : place;
  const detail = `The policy "${policy.name}" ${demandOf(violation)}`;
  return { pointer, code: PROBLEM_CODES[violation.rule], detail };
}

function demandOf(violation: Violation): string {
  switch (violation.rule) {
    case "lifetime":
      return `lets a secret work for ${durationWords(violation.secondsMax)} at most`;
    case "restriction":
      return `asks for restrictions with ${violation.missing}`;
    case "scope":
      return `forbids ${violation.scope}, or something that it includes`;
  }
}
