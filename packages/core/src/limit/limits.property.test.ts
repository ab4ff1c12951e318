// Against an oracle that keeps every admitted instant and counts them one by one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertHolds, assertRate, sum } from "../testing/limit-oracle.ts";
import type { Admitted } from "../testing/limit-oracle.ts";
import { LimitRun } from "../testing/limit-run.ts";
import { drawing, DRAWN_LIMITS, limitSchedule, SCHEDULE_START } from "../testing/limit-schedule.ts";
import { instant } from "../time.ts";
import type { At } from "./counter.ts";
import type { Limit } from "./limit.ts";
import { parseLimits } from "./parse-limit.ts";
import { periodAt } from "./period.ts";

const STEPS_PER_KIND = 200_000;
const RUN_STEPS = 2_000;

function runSchedule(seed: number, kinds: readonly Limit["kind"][]): number {
  const { limits, steps } = limitSchedule(seed, kinds, RUN_STEPS);
  const run = new LimitRun(limits);
  const admitted: Admitted[] = [];
  for (const { at, cost } of steps) {
    const { code, retryAfter } = run.charge(cost, at);
    if (cost === 0) assert.equal(code, "allowed", "a look is refused by none");
    if (code === "allowed" && cost > 0) {
      admitted.push({ atUs: at.monotonicUs, now: at.now, cost });
    }
    if (retryAfter !== null) assert.ok(retryAfter >= 1 && retryAfter <= 366 * 86_400);
  }
  for (const limit of limits) assertHolds(limit, admitted);
  return admitted.length;
}

const KINDS = Object.keys(DRAWN_LIMITS) as Limit["kind"][];

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
    const { random, draw } = drawing(900 + seed);
    const limits = KINDS.filter(() => random() < 0.6).map((kind) => DRAWN_LIMITS[kind](draw));
    const run = new LimitRun(limits);
    const admitted: Admitted[] = [];
    let atUs = 0;
    for (let step = 0; step < 300; step++) {
      atUs += draw(0, 300_000);
      const at: At = { monotonicUs: atUs, now: instant(SCHEDULE_START + Math.floor(atUs / 1_000)) };
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
  for (let unit = 0; unit < 5; unit++)
    assert.equal(run.charge(1, at(0, SCHEDULE_START)).code, "allowed");
  assert.equal(run.charge(1, at(0, SCHEDULE_START)).code, "quota_exceeded");
  assert.equal(run.charge(1, at(0, SCHEDULE_START + tenYears)).code, "allowed");
  assert.deepEqual(run.charge(1, at(0, SCHEDULE_START)), {
    code: "quota_exceeded",
    retryAfter: 86_400,
  });
  assert.deepEqual(run.charge(1, at(0, SCHEDULE_START - tenYears)).code, "allowed");
});
