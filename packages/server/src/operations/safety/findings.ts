// What is unsafe about one key, by the facts that are kept: spec/key-safety.md.
import type { Api, Key, Owner, Plan, Role } from "@keyward/core/model/records";
import { formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { NEEDED_DAYS_DEFAULT } from "../../contract/limits.ts";
import type { ResultOf } from "../../contract/operations.ts";
import type { Assessment } from "./least-grants.ts";
import { formatDay } from "./least-grants.ts";

export const IDLE_DAYS = 90;
export const NETWORKS_DAYS = 7;
export const NETWORKS_MANY = 20;
export const BROWSER_DAYS = 30;
const DAY_MS = 86_400_000;
/** Scopes that a finding names; the proposal names all of them. */
const NAMES_MAX = 8;

export interface KeyFacts {
  readonly key: Key;
  readonly api: Api | undefined;
  readonly owner: Owner | undefined;
  readonly roles: readonly Role[];
  /** Its own and its owner's. */
  readonly plans: readonly Plan[];
  /** As far as uses have been written down. */
  readonly lastUsedAt: Instant | null;
  /** The most that one of its secrets was used from, in the last days. */
  readonly networks: number;
  /** How often it was refused because it came from a browser. */
  readonly inBrowser: number;
  /** Of a secret that still works. */
  readonly isLeaked: boolean;
  /** What would suffice of its grants; `undefined` where its api is gone. */
  readonly grants: Assessment | undefined;
}

export type Finding = Pick<
  ResultOf<"safety.list">["data"][number],
  "finding" | "detail" | "action"
>;

type Rule = (facts: KeyFacts, now: Instant) => Finding | undefined;

/** The most urgent first. */
const RULES: readonly Rule[] = [
  ({ isLeaked }) =>
    isLeaked
      ? {
          finding: "leaked",
          detail: "one of its secrets was reported where none belongs",
          action: { operation: "keys.rotate", summary: "Rotate it, and let the old secret end" },
        }
      : undefined,
  ({ inBrowser }) =>
    inBrowser > 0
      ? {
          finding: "secret_key_in_browser",
          detail: `it came from a browser ${inBrowser} times in ${BROWSER_DAYS} days`,
          action: {
            operation: "keys.create",
            summary:
              "Give the page a publishable key, and rotate this one: its visitors have seen it",
          },
        }
      : undefined,
  // A publishable key is meant to be read and used by anybody.
  ({ key, networks }) =>
    networks >= NETWORKS_MANY && key.kind !== "publishable"
      ? {
          finding: "many_networks",
          detail: `one secret was used from ${networks} networks in ${NETWORKS_DAYS} days`,
          action: {
            operation: "keys.update",
            summary: "Restrict it to the networks it is meant for, or give each user a key",
          },
        }
      : undefined,
  ({ key, roles }) => {
    const granted = [
      { scopes: key.scopes, by: "" },
      ...roles.map(({ name, scopes }) => ({ scopes, by: ` by the role ${name}` })),
    ];
    const wild = granted.flatMap(({ scopes, by }) => {
      const wildcards = scopes.filter((scope) => scope.includes("*"));
      return wildcards.length === 0 ? [] : [`${wildcards.join(" ")}${by}`];
    });
    if (wild.length === 0) return undefined;
    return {
      finding: "wildcard_scope",
      detail: `it is granted ${wild.join(", ")}`,
      action: {
        operation: "keys.update",
        summary: "Grant it the scopes that it needs, one by one",
      },
    };
  },
  ({ key, grants }) => {
    if (grants?.outcome !== "more") return undefined;
    const { unused, sinceDay } = grants;
    const more = unused.length > NAMES_MAX ? ` and ${unused.length - NAMES_MAX} more` : "";
    const names = `${unused.slice(0, NAMES_MAX).join(" ")}${more}`;
    return {
      finding: "over_scoped",
      detail: `in ${NEEDED_DAYS_DEFAULT} days it has not needed ${names}; observed since ${formatDay(sinceDay ?? 0)}`,
      action: {
        operation: "keys.update",
        summary: `Shrink it to what it needs: keyward safety shrink ${key.id}`,
      },
    };
  },
  ({ key }) =>
    key.expiresAt === null
      ? {
          finding: "no_expiry",
          detail: "it never ends",
          action: { operation: "keys.update", summary: "Give it an end, and rotate before that" },
        }
      : undefined,
  ({ key, owner, api, plans }) => {
    // A management key takes none: what it asks for is little, and Keyward bounds it.
    if (api?.builtIn === true) return undefined;
    if ([key, owner, api, ...plans].some((each) => (each?.limits.length ?? 0) > 0))
      return undefined;
    return {
      finding: "no_limit",
      detail: "neither it, its owner nor its api has a limit, and no plan of theirs",
      action: { operation: "keys.update", summary: "Give it a plan or a limit" },
    };
  },
  ({ key, lastUsedAt }, now) => {
    if (key.state !== "active") return undefined;
    const since = lastUsedAt ?? key.createdAt;
    if (now - since < IDLE_DAYS * DAY_MS) return undefined;
    const detail =
      lastUsedAt === null
        ? "it was never used"
        : `it was last used at ${formatInstant(lastUsedAt)}`;
    const summary = "Disable it; revoke it when nobody asks for it";
    return { finding: "idle", detail, action: { operation: "keys.disable", summary } };
  },
];

export function findingsOf(facts: KeyFacts, now: Instant): readonly Finding[] {
  return RULES.flatMap((rule) => rule(facts, now) ?? []);
}
