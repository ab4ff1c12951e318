// For tests alone: keeps every admitted instant, and counts them one by one.
import assert from "node:assert/strict";
import type { Limit } from "../limit/limit.ts";
import { periodAt } from "../limit/period.ts";
import { instant } from "../time.ts";

/** What got through, and when by both clocks. */
export interface Admitted {
  readonly atUs: number;
  readonly now: number;
  readonly cost: number;
}

/** Fails where some interval holds more than the limit promises. Every interval that matters begins and ends at an admission. */
export function assertHolds(limit: Limit, admitted: readonly Admitted[]): void {
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
export function assertRate(limit: Limit & { kind: "rate" }, admitted: readonly Admitted[]): void {
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

export function sum(admitted: readonly Admitted[]): number {
  return admitted.reduce((units, { cost }) => units + cost, 0);
}
