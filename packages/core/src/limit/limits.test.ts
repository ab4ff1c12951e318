import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { legacyRateLimitFields, rateLimitFields } from "../http/rate-limit-fields.ts";
import type { LegacyRateLimitFields } from "../http/rate-limit-fields.ts";
import { LimitRun } from "../testing/limit-run.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { formatInstant, instant, parseInstant } from "../time.ts";
import type { Instant } from "../time.ts";
import { forecastOf } from "./forecast.ts";
import { limitState } from "./limit-report.ts";
import type { LimitState } from "./limit-report.ts";
import { withOverrides } from "./limit.ts";
import type { Limit, QuotaLimit } from "./limit.ts";
import { parseLimits } from "./parse-limit.ts";
import type { LimitPlace } from "./parse-limit.ts";
import { periodAt } from "./period.ts";

interface Given {
  readonly set?: unknown;
  readonly on?: LimitPlace;
  readonly limits?: unknown;
  readonly steps?: readonly (readonly [atMs: number, cost: number])[];
  readonly period?: Pick<QuotaLimit, "period" | "time_zone" | "anchor">;
  readonly now?: string;
  /** What is used of a quota in the period. */
  readonly used?: number;
  readonly states?: readonly LimitState[];
  readonly legacy?: { readonly form: LegacyRateLimitFields; readonly now: string };
}

/** The wall clock of the first step of a vector. */
const START = instantOf("2026-11-23T08:00:00Z");

function instantOf(text: string): Instant {
  const value = parseInstant(text);
  assert.ok(value !== undefined);
  return value;
}

function read(limits: unknown, on: LimitPlace): readonly Limit[] {
  const parsed = parseLimits(limits, on);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.limits;
}

function answerTo(given: Given): unknown {
  const { on, steps, period, states, legacy } = given;
  if (on !== undefined) {
    const parsed = parseLimits(given.set, on);
    if (parsed.ok) return { limits: parsed.limits };
    return { pointers: parsed.problems.map(({ pointer }) => pointer) };
  }
  if (given.used !== undefined) {
    const [quota] = read(given.limits, "key");
    assert.ok(quota?.kind === "quota");
    return forecastOf(quota, given.used, instantOf(given.now ?? ""));
  }
  if (steps !== undefined) {
    const run = new LimitRun(read(given.limits, "key"));
    return steps.map(([atMs, cost]) => {
      const at = { monotonicUs: atMs * 1_000, now: instant(START + atMs) };
      const { code, retryAfter } = run.charge(cost, at);
      return [code, retryAfter];
    });
  }
  if (period !== undefined) {
    const { startMs, endMs } = periodAt(period, instantOf(given.now ?? ""));
    return [startMs, endMs].map((ms) => formatInstant(instant(ms)));
  }
  if (legacy !== undefined) {
    return legacyRateLimitFields(legacy.form, states ?? [], instantOf(legacy.now));
  }
  return rateLimitFields(states ?? []);
}

for (const { name, given, expect } of readVectors<Given>("limits.json", [
  "set",
  "on",
  "limits",
  "steps",
  "used",
  "period",
  "now",
  "states",
  "legacy",
])) {
  test(name, () => assert.deepEqual(answerTo(given), expect));
}

test("whatever is given as limits, reading it neither throws nor lets anything pass that is not complete", () => {
  const [some] = [read([{ name: "q", kind: "quota", limit: 1, period: "day" }], "key")];
  assert.deepEqual(parseLimits(some, "key"), { ok: true, limits: some });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed = parseLimits(value, "key");
      if (parsed.ok) assert.deepEqual(parseLimits(parsed.limits, "key"), parsed);
    }),
  );
  for (const limit of [NaN, Infinity, 2 ** 53]) {
    const parsed = parseLimits([{ name: "w", kind: "window", limit, window_seconds: 1 }], "key");
    assert.ok(!parsed.ok);
  }
});

test("an own limit takes the place of the plan's of the same name, and others are added", () => {
  const plan = read(
    [
      { name: "a", kind: "rate", rate: 1 },
      { name: "b", kind: "rate", rate: 1 },
    ],
    "plan",
  );
  const own = read([{ name: "a", kind: "rate", rate: 9 }], "key");
  assert.deepEqual(withOverrides(plan, own), [plan[1], own[0]]);
  assert.equal(withOverrides(plan, []), plan);
});

test("what was counted goes on under a limit whose numbers are changed", () => {
  const at = { monotonicUs: 1_000_000, now: START };
  for (const [before, after, remaining] of [
    [{ kind: "rate", rate: 10 }, { kind: "rate", rate: 1, per_seconds: 60, burst: 20 }, 16],
    [
      { kind: "window", limit: 10, window_seconds: 60 },
      { kind: "window", limit: 6, window_seconds: 7 },
      2,
    ],
    [{ kind: "quota", limit: 10, period: "day" }, { kind: "quota", limit: 100, period: "day" }, 96],
    [{ kind: "credits", limit: 10 }, { kind: "credits", limit: 5 }, 1],
    [{ kind: "concurrency", limit: 3 }, { kind: "concurrency", limit: 2 }, 1],
  ] as const) {
    const run = new LimitRun(read([{ name: "x", ...before }], "key"));
    assert.equal(run.charge(4, at).code, "allowed");
    const [counter] = run.counters;
    const [limit] = read([{ name: "x", ...after }], "key");
    assert.ok(counter !== undefined && limit !== undefined);
    counter.adopt(limit);
    assert.equal(counter.remaining(at), remaining, before.kind);
  }
});

test("what a reserved charge did not use counts as never charged, and a slot is free at once", () => {
  const at = { monotonicUs: 1_000_000, now: START };
  const later = { monotonicUs: 1_000_001, now: START };
  const set = read(
    [
      { name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 10 },
      { name: "w", kind: "window", limit: 10, window_seconds: 60 },
      { name: "q", kind: "quota", limit: 10, period: "day" },
      { name: "c", kind: "credits", limit: 10 },
      { name: "s", kind: "concurrency", limit: 10 },
    ],
    "key",
  );
  const run = new LimitRun(set);
  assert.equal(run.charge(8, at).code, "allowed");
  for (const counter of run.counters) counter.settle(5, at, later);
  assert.deepEqual(
    run.counters.map((counter) => counter.remaining(later)),
    [7, 7, 7, 7, 10],
  );
});

test("a state says what refused, and a quota that it is beyond its soft limit", () => {
  const at = { monotonicUs: 0, now: START };
  const [limit] = read(
    [{ name: "q", kind: "quota", limit: 10, period: "day", soft_limit: 4 }],
    "key",
  );
  assert.ok(limit !== undefined);
  const run = new LimitRun([limit]);
  run.charge(4, at);
  const [counter] = run.counters;
  assert.ok(counter !== undefined);
  assert.equal(limitState(counter, "key", false, at).soft_exceeded, false);
  run.charge(1, at);
  assert.deepEqual(limitState(counter, "owner", true, at), {
    name: "q",
    of: "owner",
    kind: "quota",
    limit: 10,
    remaining: 5,
    refills_in: 57_600,
    window: 86_400,
    exceeded: true,
    dry_run: false,
    soft_exceeded: true,
  });
});
