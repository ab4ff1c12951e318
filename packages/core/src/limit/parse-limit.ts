// Reads limits that somebody wrote, as spec/limits.md §2 takes them.
import { findZoneClock } from "../restriction/zone-clock.ts";
import {
  BURST_MAX,
  CONCURRENCY_LEASE_SECONDS_MAX,
  CONCURRENCY_MAX,
  LIMITS_PER_SET_MAX,
  RATE_MAX,
  RATE_PER_SECONDS_MAX,
  UNITS_MAX,
  WINDOW_LIMIT_MAX,
  WINDOW_SECONDS_MAX,
} from "./limit.ts";
import type { Limit, LimitKind, LimitSubject } from "./limit.ts";
import { isLocalDate } from "./period.ts";

/** One thing to correct. */
export interface LimitProblem {
  /** A JSON pointer (RFC 6901) into what was read. */
  readonly pointer: string;
  readonly detail: string;
}

export type ParsedLimits =
  | { readonly ok: true; readonly limits: readonly Limit[] }
  | { readonly ok: false; readonly problems: readonly LimitProblem[] };

type Read = (value: unknown) => string | undefined;
interface Field {
  /** What is wrong with the value; `undefined` when nothing is. */
  readonly problemOf: Read;
  /** Stands for a field that is left out; a field without one must be given. */
  readonly byDefault?: (limit: Readonly<Record<string, unknown>>) => unknown;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const SUBJECTS: readonly LimitSubject[] = ["key", "owner", "api", "network"];

const COMMON: Readonly<Record<string, Field>> = {
  name: {
    problemOf: (value) =>
      typeof value === "string" && NAME.test(value)
        ? undefined
        : "a name is 1 to 64 of a-z 0-9 _ -, and begins with a letter or a digit",
  },
  kind: { problemOf: () => undefined },
  per: { problemOf: orNull(oneOf(SUBJECTS)), byDefault: () => null },
  dry_run: {
    problemOf: (value) => (typeof value === "boolean" ? undefined : "true or false"),
    byDefault: () => false,
  },
  when_unavailable: {
    problemOf: oneOf(["local", "deny", "allow"]),
    byDefault: () => "local",
  },
};

const FIELDS: Readonly<Record<LimitKind, Readonly<Record<string, Field>>>> = {
  rate: {
    rate: { problemOf: whole(1, RATE_MAX) },
    per_seconds: { problemOf: whole(1, RATE_PER_SECONDS_MAX), byDefault: () => 1 },
    burst: { problemOf: whole(1, BURST_MAX), byDefault: ({ rate }) => rate },
  },
  window: {
    limit: { problemOf: whole(1, WINDOW_LIMIT_MAX) },
    window_seconds: { problemOf: whole(1, WINDOW_SECONDS_MAX) },
  },
  quota: {
    limit: { problemOf: whole(1, UNITS_MAX) },
    period: { problemOf: oneOf(["day", "week", "month", "year"]) },
    time_zone: { problemOf: zoneProblem, byDefault: () => "UTC" },
    anchor: { problemOf: orNull(dateProblem), byDefault: () => null },
    soft_limit: { problemOf: orNull(whole(1, UNITS_MAX)), byDefault: () => null },
    overflow: { problemOf: whole(0, UNITS_MAX), byDefault: () => 0 },
  },
  concurrency: {
    limit: { problemOf: whole(1, CONCURRENCY_MAX) },
    lease_seconds: { problemOf: whole(1, CONCURRENCY_LEASE_SECONDS_MAX), byDefault: () => 60 },
  },
  credits: {
    limit: { problemOf: whole(0, UNITS_MAX) },
    exhausted_status: { problemOf: oneOf([402, 403, 429]), byDefault: () => 402 },
  },
};

/** What a set of limits is set on. */
export type LimitPlace = "key" | "owner" | "api" | "plan";

/** By whom a limit may count there: never by more than it is set on. */
const SUBJECTS_ON: Readonly<Record<LimitPlace, readonly LimitSubject[]>> = {
  key: ["key", "network"],
  owner: ["owner", "key", "network"],
  api: ["api", "owner", "key", "network"],
  plan: ["key", "network"],
};

/** Reads a set of limits. Total: whatever is given, the answer is the limits or what is wrong with them. */
export function parseLimits(value: unknown, place: LimitPlace): ParsedLimits {
  if (!Array.isArray(value)) return refuse({ pointer: "", detail: "a list of limits" });
  if (value.length > LIMITS_PER_SET_MAX) {
    return refuse({ pointer: "", detail: `at most ${LIMITS_PER_SET_MAX} limits` });
  }
  const problems: LimitProblem[] = [];
  const limits: Limit[] = [];
  for (const [index, entry] of (value as readonly unknown[]).entries()) {
    const parsed = parseLimit(entry, place);
    if (parsed.ok) limits.push(...parsed.limits);
    else problems.push(...parsed.problems.map((problem) => below(`/${index}`, problem)));
  }
  for (const [index, { name }] of limits.entries()) {
    if (limits.findIndex((limit) => limit.name === name) === index) continue;
    problems.push({ pointer: "", detail: `two limits are named ${name}` });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, limits };
}

function parseLimit(value: unknown, place: LimitPlace): ParsedLimits {
  if (!isObject(value)) return refuse({ pointer: "", detail: "a limit is an object" });
  const { kind } = value;
  if (!isKind(kind)) {
    return refuse({ pointer: "/kind", detail: `one of ${Object.keys(FIELDS).join(", ")}` });
  }
  const fields = { ...COMMON, ...FIELDS[kind] };
  const problems: LimitProblem[] = [];
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) {
      problems.push({ pointer: pointerTo(name), detail: `a ${kind} limit has no such field` });
    }
  }
  const complete: Record<string, unknown> = {};
  for (const [name, { problemOf, byDefault }] of Object.entries(fields)) {
    const given = value[name];
    if (given === undefined && byDefault !== undefined) {
      complete[name] = byDefault(value);
      continue;
    }
    const detail = given === undefined ? "must be given" : problemOf(given);
    if (detail !== undefined) problems.push({ pointer: pointerTo(name), detail });
    complete[name] = given;
  }
  if (problems.length > 0) return { ok: false, problems };
  // Every field of the kind is there, and no other.
  const limit = complete as unknown as Limit;
  const contradiction = contradictionIn(limit, place);
  return contradiction === undefined ? { ok: true, limits: [limit] } : refuse(contradiction);
}

function contradictionIn(limit: Limit, place: LimitPlace): LimitProblem | undefined {
  const subjects = SUBJECTS_ON[place];
  if (limit.per !== null && !subjects.includes(limit.per)) {
    return { pointer: "/per", detail: `on a ${place}, one of ${subjects.join(", ")}` };
  }
  if (limit.kind !== "quota") return undefined;
  if (limit.limit + limit.overflow > UNITS_MAX) {
    return { pointer: "/overflow", detail: `limit and overflow are at most ${UNITS_MAX} together` };
  }
  if (limit.soft_limit !== null && limit.soft_limit > limit.limit) {
    return { pointer: "/soft_limit", detail: "at most the limit" };
  }
  return undefined;
}

function whole(min: number, max: number): Read {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `a whole number from ${min} to ${max}`;
}

function oneOf(values: readonly unknown[]): Read {
  return (value) => (values.includes(value) ? undefined : `one of ${values.join(", ")}`);
}

function orNull(problemOf: Read): Read {
  return (value) => (value === null ? undefined : problemOf(value));
}

function zoneProblem(value: unknown): string | undefined {
  return typeof value === "string" && findZoneClock(value) !== undefined
    ? undefined
    : "not an IANA time zone; write one such as Europe/Berlin";
}

function dateProblem(value: unknown): string | undefined {
  return typeof value === "string" && isLocalDate(value)
    ? undefined
    : "a date from 1970-01-01 on, such as 2026-01-31";
}

function isKind(value: unknown): value is LimitKind {
  return typeof value === "string" && Object.hasOwn(FIELDS, value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(problem: LimitProblem): ParsedLimits {
  return { ok: false, problems: [problem] };
}

function below(pointer: string, problem: LimitProblem): LimitProblem {
  return { ...problem, pointer: pointer + problem.pointer };
}

function pointerTo(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
