import type { ChargeId } from "../id.ts";
import type { Instant } from "../time.ts";
import type { DenialCode, DenialStatus } from "../verdict/codes.ts";
import { DENIALS } from "../verdict/codes.ts";
import type { At, Counter } from "./counter.ts";
import type { Limit, LimitKind } from "./limit.ts";

/** Where a limit is set: on the key or its plan, on the owner or its plan, or on the api. */
export type LimitOf = "key" | "owner" | "api";

/** One limit after a verdict, as the wire carries it. */
export interface LimitState {
  readonly name: string;
  readonly of: LimitOf;
  readonly kind: LimitKind;
  /** The most units: at once for a rate, in each window or period, in all for credits. */
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is more, rounded up; `null` where all is there, or time brings none. */
  readonly refills_in: number | null;
  /** Seconds in which the limit would be whole again; `null` for credits and concurrency. */
  readonly window: number | null;
  /** Whether it refused, or would have in earnest. */
  readonly exceeded: boolean;
  readonly dry_run: boolean;
  /** Whether more is used than the soft limit, or than the limit. */
  readonly soft_exceeded: boolean;
}

/** What the limits had to say about one request. */
export interface LimitReport {
  readonly states: readonly LimitState[];
  /** After how many seconds, rounded up, the request would pass; `undefined` when it did, or time will not help. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether a limit was judged without its store. */
  readonly degraded: boolean;
  /** What is held for a request whose cost is known only later. */
  readonly charge?: Reservation;
}

/** Held at its most until it is settled, and charged so when that time is over. */
export interface Reservation {
  readonly id: ChargeId;
  readonly cost: number;
  readonly expiresAt: Instant;
}

const US = 1_000_000;

const CODES: Readonly<Record<LimitKind, DenialCode>> = {
  rate: "rate_limited",
  window: "rate_limited",
  quota: "quota_exceeded",
  concurrency: "too_many_in_flight",
  credits: "credits_exhausted",
};

export function limitCode(kind: LimitKind): DenialCode {
  return CODES[kind];
}

/** What a request is refused with that this limit refuses. */
export function denialOf(limit: Limit): {
  readonly code: DenialCode;
  readonly status: DenialStatus;
} {
  const code = CODES[limit.kind];
  const status = limit.kind === "credits" ? limit.exhausted_status : DENIALS[code].status;
  return { code, status };
}

/** What a counter has left, wherever it counts. */
export interface Standing {
  readonly remaining: number;
  /** As {@link Counter.refillsInUs} says it. */
  readonly refillsInUs: number | undefined;
}

/** @param exceeded whether the cost did not pass: to be asked before it was charged */
export function limitState(counter: Counter, of: LimitOf, exceeded: boolean, at: At): LimitState {
  const refillsInUs = counter.refillsInUs(at);
  return stateOf(counter.limit, of, exceeded, { remaining: counter.remaining(at), refillsInUs });
}

/** The same of a limit that is counted elsewhere. */
export function stateOf(
  limit: Limit,
  of: LimitOf,
  exceeded: boolean,
  { remaining, refillsInUs }: Standing,
): LimitState {
  return {
    name: limit.name,
    of,
    kind: limit.kind,
    limit: limit.kind === "rate" ? limit.burst : limit.limit,
    remaining,
    refills_in: refillsInUs === undefined ? null : secondsOf(refillsInUs),
    window: windowSecondsOf(limit),
    exceeded,
    dry_run: limit.dry_run,
    soft_exceeded: limit.kind === "quota" && isAboveSoft(limit.limit, limit.soft_limit, remaining),
  };
}

/** Right to the second: never so few that it would still be too early. */
export function secondsOf(us: number): number {
  return Math.ceil(us / US);
}

function isAboveSoft(limit: number, softLimit: number | null, remaining: number): boolean {
  return softLimit !== null && limit - remaining > softLimit;
}

const PERIOD_SECONDS = { day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 } as const;

/** Of a calendar the usual length: its months are not all as long, and a client wants a scale. */
function windowSecondsOf(limit: Limit): number | null {
  switch (limit.kind) {
    case "rate":
      return Math.max(1, Math.ceil((limit.burst * limit.per_seconds) / limit.rate));
    case "window":
      return limit.window_seconds;
    case "quota":
      return PERIOD_SECONDS[limit.period];
    case "concurrency":
    case "credits":
      return null;
  }
}
