// What would suffice of a key's grants, by what it needed: spec/key-safety.md §2.
import type { Api, Key, Role } from "@keyward/core/model/records";
import { compileGrants, covers } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { grantsLeftOut, shrinkGrants } from "@keyward/core/scope/shrink";
import type { Instant } from "@keyward/core/time";
import { alternativesOf, ANY_SCOPE, NO_SCOPE } from "@keyward/core/usage/need";
import type { NeedOfKey } from "../../storage/storage.ts";

const DAY_MS = 86_400_000;

export interface NeedFacts {
  readonly key: Pick<Key, "scopes">;
  readonly api: Pick<Api, "scopes" | "builtIn">;
  readonly roles: readonly Pick<Role, "name" | "scopes">[];
  readonly needs: readonly NeedOfKey[];
  /** Since when it is granted what it is granted. */
  readonly grantedSince: Instant;
}

export interface LeastGrants {
  readonly scopes: readonly ScopeGrant[];
  /** By their names. */
  readonly roles: readonly string[];
}

interface Observed {
  /** The day, since 1970, from whose end on all that it needed is known; `null` where nothing is. */
  readonly sinceDay: number | null;
  /** What it needed within the days that are asked about. */
  readonly needs: readonly NeedOfKey[];
}

export type Assessment = Observed &
  (
    | { readonly outcome: "unknown"; readonly detail: string }
    | { readonly outcome: "least" }
    | {
        readonly outcome: "more";
        readonly proposal: LeastGrants;
        /** Its grants, and those of its roles, that the proposal has not. */
        readonly unused: readonly ScopeGrant[];
      }
  );

/** @param days how far back something counts as needed, and for how long the key must have been observed */
export function assessGrants(facts: NeedFacts, now: Instant, days: number): Assessment {
  const today = dayOf(now);
  const needs = facts.needs.filter(({ lastDay }) => lastDay >= today - days);
  const observed = { sinceDay: observedSince(facts), needs };
  const detail = whyUnknown(facts, observed, { today, days });
  if (detail !== undefined) return { ...observed, outcome: "unknown", detail };
  const before = {
    scopes: facts.key.scopes,
    roles: facts.roles.map(({ name, scopes }) => ({ id: name, scopes })),
  };
  const named = needs.flatMap(({ need }) =>
    need === NO_SCOPE ? [] : [alternativesOf(need) ?? []],
  );
  const catalogue = new Set<string>(facts.api.scopes.map(({ name }) => name));
  const after = shrinkGrants(before, named, (scope) => catalogue.has(scope));
  const unused = grantsLeftOut(before, after);
  if (unused.length === 0) return { ...observed, outcome: "least" };
  const unlisted = after.scopes.filter((grant) => !isListed(catalogue, grant));
  if (unlisted.length > 0) {
    return {
      ...observed,
      outcome: "unknown",
      detail: `It needs ${unlisted.join(" ")}, which the api does not list and nobody can grant any more`,
    };
  }
  const proposal = { scopes: after.scopes, roles: after.roles.map(({ id }) => id) };
  return { ...observed, outcome: "more", proposal, unused };
}

export function dayOf(at: Instant): number {
  return Math.floor(at / DAY_MS);
}

/** As an ISO 8601 date. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function observedSince({ needs, grantedSince }: NeedFacts): number | null {
  if (needs.length === 0) return null;
  return Math.max(Math.min(...needs.map(({ firstDay }) => firstDay)), dayOf(grantedSince));
}

function whyUnknown(
  { api }: NeedFacts,
  { sinceDay, needs }: Observed,
  { today, days }: { readonly today: number; readonly days: number },
): string | undefined {
  if (api.builtIn) return "What a management key needs is not kept";
  if (sinceDay === null) return "Nothing was allowed to it since what keys need is kept";
  if (sinceDay >= today - days) {
    return `It has its scopes, and is observed, since ${formatDay(sinceDay)}: that is not yet ${days} days`;
  }
  if (needs.length === 0) return `Nothing was allowed to it within ${days} days: disable it`;
  const untold = needs.find(({ need }) => need === ANY_SCOPE);
  if (untold !== undefined) {
    return `What it needed on ${formatDay(untold.lastDay)} could not be told: an older reporter, or too many different scopes`;
  }
  if (needs.every(({ need }) => need === NO_SCOPE)) {
    return "No request that it was allowed named a scope: what its api looks up in the verdict is not seen";
  }
  return undefined;
}

function isListed(catalogue: ReadonlySet<string>, grant: ScopeGrant): boolean {
  const set = compileGrants([grant]);
  return [...catalogue].some((scope) => covers(set, scope));
}
