// The fields of draft-ietf-httpapi-ratelimit-headers, and those that clients knew before it (spec/limits.md §8).
import type { LimitState } from "../limit/limit-report.ts";
import type { Instant } from "../time.ts";

/** `ratelimit-triple` is what early drafts had; `x-ratelimit-epoch` is GitHub's. */
export type LegacyRateLimitFields = "ratelimit-triple" | "x-ratelimit-epoch";

type Field = readonly [name: string, value: string];

/** `RateLimit-Policy` and `RateLimit` (RFC 9651 lists), the exceeded limits first. None where there are no limits. */
export function rateLimitFields(states: readonly LimitState[]): readonly Field[] {
  const told = exceededFirst(states.filter((state) => !state.dry_run));
  if (told.length === 0) return [];
  const names = namesOf(told);
  return [
    ["ratelimit-policy", told.map((state, index) => names[index] + policyOf(state)).join(", ")],
    ["ratelimit", told.map((state, index) => names[index] + standingOf(state)).join(", ")],
  ];
}

/** The same of the one limit that is exceeded or nearest to it. */
export function legacyRateLimitFields(
  form: LegacyRateLimitFields,
  states: readonly LimitState[],
  now: Instant,
): readonly Field[] {
  const tightest = exceededFirst(states.filter((state) => !state.dry_run)).reduce<
    LimitState | undefined
  >((least, state) => (least === undefined || isTighter(state, least) ? state : least), undefined);
  if (tightest === undefined) return [];
  const { limit, remaining, refills_in: refillsIn } = tightest;
  const isTriple = form === "ratelimit-triple";
  const prefix = isTriple ? "ratelimit" : "x-ratelimit";
  const reset = refillsIn ?? 0;
  return [
    [`${prefix}-limit`, String(limit)],
    [`${prefix}-remaining`, String(remaining)],
    [`${prefix}-reset`, String(isTriple ? reset : Math.ceil(now / 1_000) + reset)],
  ];
}

function isTighter(state: LimitState, than: LimitState): boolean {
  if (state.exceeded !== than.exceeded) return state.exceeded;
  return state.remaining / state.limit < than.remaining / than.limit;
}

function exceededFirst(states: readonly LimitState[]): readonly LimitState[] {
  return [
    ...states.filter(({ exceeded }) => exceeded),
    ...states.filter(({ exceeded }) => !exceeded),
  ];
}

/** As RFC 9651 strings, which the characters of a name need no escape in. A name that occurs twice says whose it is. */
function namesOf(states: readonly LimitState[]): readonly string[] {
  return states.map(({ name, of }) => {
    const isTwice = states.filter((other) => other.name === name).length > 1;
    return isTwice ? `"${of}/${name}"` : `"${name}"`;
  });
}

function policyOf({ kind, limit, window }: LimitState): string {
  if (kind === "concurrency") return `;q=${limit};qu="concurrent-requests"`;
  return window === null ? `;q=${limit}` : `;q=${limit};w=${window}`;
}

function standingOf({ remaining, refills_in: refillsIn }: LimitState): string {
  return refillsIn === null ? `;r=${remaining}` : `;r=${remaining};t=${refillsIn}`;
}
