// Against an oracle that keeps every admitted instant and counts them one by one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitRun } from "../testing/limit-run.ts";
import { instant } from "../time.ts";
import type { At } from "./counter.ts";
import type { Limit } from "./limit.ts";
import { parseLimits } from "./parse-limit.ts";
import { periodAt } from "./period.ts";

const STEPS_PER_KIND = 200_000;
const RUN_STEPS = 2_000;
const START = instant(1_767_225_600_000);

/** Of Numerical Recipes: enough to vary, and the same in every run. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Admitted {
  readonly atUs: number;
  readonly now: number;
  readonly cost: number;
}

const common = { per: null, dry_run: false, when_unavailable: "local" } as const;

type Draw = (min: number, max: number) => number;

const DRAWN: Readonly<Record<Limit["kind"], (draw: Draw) => Limit>> = {
  rate: (draw) => ({
    ...common,
    name: "rate",
    kind: "rate",
    rate: draw(1, 50),
    per_seconds: draw(1, 7),
    burst: draw(1, 30),
  }),
  window: (draw) => ({
    ...common,
    name: "window",
    kind: "window",
    limit: draw(1, 40),
    window_seconds: draw(1, 9),
  }),
  quota: (draw) => ({
    ...common,
    name: "quota",
    kind: "quota",
    limit: draw(1, 500),
    period: "day",
    time_zone: draw(0, 1) === 0 ? "Europe/Berlin" : "America/St_Johns",
    anchor: null,
    soft_limit: null,
    overflow: draw(0, 20),
  }),
  concurrency: (draw) => ({
    ...common,
    name: "concurrency",
    kind: "concurrency",
    limit: draw(1, 20),
    lease_seconds: draw(1, 5),
  }),
  credits: (draw) => ({
    ...common,
    name: "credits",
    kind: "credits",
    limit: draw(0, 3_000),
    exhausted_status: 402,
  }),
};

/** Fails where some interval holds more than the limit promises. Every interval that matters begins and ends at an admission. */
function assertHolds(limit: Limit, admitted: readonly Admitted[]): void {
  switch (limit.kind) {
    case "rate":
      return assertRate(limit, admitted);
    case "window":
      return assertEveryWindow(
        admitted,
        limit.window_seconds * 1e6,
        limit.limit,
        ({ cost }) => cost,
      );
    case "concurrency":
      // A slot is held up to its end, and no longer in that very microsecond.
      return assertEveryWindow(admitted, limit.lease_seconds * 1e6 - 1, limit.limit, () => 1);
    case "credits":
      return assert.ok(sum(admitted) <= limit.limit);
    case "quota": {
      const byPeriod = new Map<number, number>();
      for (const { now, cost } of admitted) {
        const { startMs } = periodAt(limit, instant(now));
        byPeriod.set(startMs, (byPeriod.get(startMs) ?? 0) + cost);
      }
      for (const units of byPeriod.values()) assert.ok(units <= limit.limit + limit.overflow);
    }
  }
}

/** The sum over [i, j] less what drains in between is greatest for one i, so one pass finds the worst of all intervals. */
function assertRate(limit: Limit & { kind: "rate" }, admitted: readonly Admitted[]): void {
  const ticksPerUnit = BigInt(limit.per_seconds) * 1_000_000n;
  const burst = BigInt(limit.burst) * ticksPerUnit;
  let worst = 0n;
  let lastUs = 0;
  for (const { atUs, cost } of admitted) {
    const drained = BigInt(atUs - lastUs) * BigInt(limit.rate);
    worst = (worst > drained ? worst - drained : 0n) + BigInt(cost) * ticksPerUnit;
    lastUs = atUs;
    assert.ok(worst <= burst, `more than burst + rate × τ up to ${atUs} µs`);
  }
}

/** Both ends of the window count. */
function assertEveryWindow(
  admitted: readonly Admitted[],
  windowUs: number,
  unitsMax: number,
  unitsOf: (one: Admitted) => number,
): void {
  let first = 0;
  let units = 0;
  for (const one of admitted) {
    units += unitsOf(one);
    for (let left = admitted[first]; left !== undefined; left = admitted[first]) {
      if (one.atUs - left.atUs <= windowUs) break;
      units -= unitsOf(left);
      first++;
    }
    assert.ok(
      units <= unitsMax,
      `${units} of ${unitsMax} in the window that ends at ${one.atUs} µs`,
    );
  }
}

function sum(admitted: readonly Admitted[]): number {
  return admitted.reduce((units, { cost }) => units + cost, 0);
}

function pauseUs(random: () => number, draw: Draw, pace: number): number {
  if (random() < 0.02) return draw(0, 9_000_000);
  return random() < 0.1 ? 20_000 * draw(0, 60) : draw(0, pace);
}

function onGrid(gridUs: number, us: number): number {
  return Math.floor(us / gridUs) * gridUs;
}

/** Floods, pauses, exact edges of windows, and jumps of the wall clock by years both ways. */
function runSchedule(seed: number, kinds: readonly Limit["kind"][]): number {
  const random = lcg(seed);
  const draw: Draw = (min, max) => min + Math.floor(random() * (max - min + 1));
  const limits = kinds.map((kind) => DRAWN[kind](draw));
  const run = new LimitRun(limits);
  const admitted: Admitted[] = [];
  const costMax = draw(1, 4);
  const pace = [0, 50, 3_000, 400_000, 20_000_000][draw(0, 4)] ?? 0;
  /** On a grid, instants meet the edges of windows and the ends of leases exactly. */
  const gridUs = draw(0, 2) === 0 ? 250_000 : 1;
  let atUs = 0;
  let wallShiftMs = 0;
  for (let step = 0; step < RUN_STEPS; step++) {
    atUs += onGrid(gridUs, pauseUs(random, draw, pace));
    if (random() < 0.002) wallShiftMs = draw(-10, 10) * 31_536_000_000;
    const at: At = {
      monotonicUs: atUs,
      now: instant(START + Math.floor(atUs / 1_000) + wallShiftMs),
    };
    const cost = draw(0, costMax);
    const { code, retryAfter } = run.charge(cost, at);
    if (cost === 0) assert.equal(code, "allowed", "a look is refused by none");
    if (code === "allowed" && cost > 0) admitted.push({ atUs, now: at.now, cost });
    if (retryAfter !== null) assert.ok(retryAfter >= 1 && retryAfter <= 366 * 86_400);
  }
  for (const limit of limits) assertHolds(limit, admitted);
  return admitted.length;
}

const KINDS = Object.keys(DRAWN) as Limit["kind"][];

for (const [kindIndex, kind] of KINDS.entries()) {
  test(`K5: a ${kind} limit is never exceeded, under any of ${STEPS_PER_KIND} requests (oracle)`, () => {
    let admitted = 0;
    for (let run = 0; run < STEPS_PER_KIND / RUN_STEPS; run++) {
      admitted += runSchedule(kindIndex * 1_000 + run, [kind]);
    }
    assert.ok(admitted > STEPS_PER_KIND / 100, "the schedules must get something through");
  });
}

test("K5: of several limits at once none is exceeded (oracle)", () => {
  for (let run = 0; run < 50; run++) runSchedule(77_000 + run, KINDS);
  for (let run = 0; run < 50; run++) runSchedule(78_000 + run, ["rate", "rate", "window"]);
});

/** Whether the limit would hold if this came as well, by nothing but what was admitted. */
function wouldFit(limit: Limit, admitted: readonly Admitted[], one: Admitted): boolean {
  const since = (startUs: number) => admitted.filter(({ atUs }) => atUs > startUs);
  switch (limit.kind) {
    case "rate": {
      try {
        assertRate(limit, [...admitted, one]);
        return true;
      } catch {
        return false;
      }
    }
    case "window": {
      // Parts are counted whole: the one that the window begins in, too.
      const partUs = limit.window_seconds * 20_000;
      const firstUs = (Math.floor(one.atUs / partUs) - 50) * partUs;
      return sum(since(firstUs - 1)) + one.cost <= limit.limit;
    }
    case "concurrency":
      return since(one.atUs - limit.lease_seconds * 1e6).length < limit.limit;
    case "credits":
      return sum(admitted) + one.cost <= limit.limit;
    case "quota": {
      const { startMs, endMs } = periodAt(limit, instant(one.now));
      const ofPeriod = admitted.filter(({ now }) => now >= startMs && now < endMs);
      return sum(ofPeriod) + one.cost <= limit.limit + limit.overflow;
    }
  }
}

test("a request is admitted exactly when each of its limits would still hold (oracle)", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = lcg(900 + seed);
    const draw: Draw = (min, max) => min + Math.floor(random() * (max - min + 1));
    const limits = KINDS.filter(() => random() < 0.6).map((kind) => DRAWN[kind](draw));
    const run = new LimitRun(limits);
    const admitted: Admitted[] = [];
    let atUs = 0;
    for (let step = 0; step < 300; step++) {
      atUs += draw(0, 300_000);
      const at: At = { monotonicUs: atUs, now: instant(START + Math.floor(atUs / 1_000)) };
      const cost = draw(1, 2);
      const one = { atUs, now: at.now, cost };
      const fits = limits.every((limit) => wouldFit(limit, admitted, one));
      const { code } = run.charge(cost, at);
      assert.equal(code === "allowed", fits, `seed ${seed}, step ${step}: ${code}`);
      if (fits) admitted.push(one);
    }
  }
});

test("F07: a clock that jumps ten years and back finds the quota as it left it", () => {
  const parsed = parseLimits([{ name: "q", kind: "quota", limit: 5, period: "day" }], "key");
  assert.ok(parsed.ok);
  const run = new LimitRun(parsed.limits);
  const at = (monotonicUs: number, now: number): At => ({ monotonicUs, now: instant(now) });
  const tenYears = 10 * 365 * 86_400_000;
  for (let unit = 0; unit < 5; unit++) assert.equal(run.charge(1, at(0, START)).code, "allowed");
  assert.equal(run.charge(1, at(0, START)).code, "quota_exceeded");
  assert.equal(run.charge(1, at(0, START + tenYears)).code, "allowed");
  assert.deepEqual(run.charge(1, at(0, START)), { code: "quota_exceeded", retryAfter: 86_400 });
  assert.deepEqual(run.charge(1, at(0, START - tenYears)).code, "allowed");
});
