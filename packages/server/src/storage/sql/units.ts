// Units of quotas and credits that are out, by counter and period: what is granted here is granted once (K5).
import { find, run } from "./query.ts";
import type { Query } from "./query.ts";
import { strict as assert } from "node:assert";
import { sql } from "kysely";
import type { WorkspaceId } from "@keyward/core/id";
import type { UnitCounter, UnitDemand, UnitReturn } from "@keyward/core/limit/unit-store";
import type { Taken } from "@keyward/core/limit/units-counter";
import { tenantScope } from "../storage.ts";
import type { TenantScope } from "../storage.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";
import { insertRow } from "./write-row.ts";

/** Of one counter the periods that were begun last are kept: a clock that jumps may come back to them. */
const PERIODS_KEPT = 3;
/** Credits have one period, without end. */
const CREDITS = 0;
/**
 * Of credits it is written down at most so many times what is spent, by marks that are ahead of it: a restore takes that much
 * for spent, at most a thousandth of the credits too much.
 */
const MARKS_MAX = 1_000;

interface OfCounter {
  scope: WorkspaceId;
  counter: string;
}

type OfPeriod = OfCounter & { period: number };

const selectTotal = prepared(({ scope, counter, period }: OfPeriod) =>
  scoped(tenantScope(scope))
    .selectFrom("limit_units")
    .select(["total", "marked"])
    .where("counter", "=", counter)
    .where("period_start", "=", period),
);
const addToTotal = prepared(
  ({ scope, counter, period, units, marked }: OfPeriod & { units: number; marked: number }) =>
    scoped(tenantScope(scope))
      .updateTable("limit_units")
      .set({
        total: sql<number>`case when total + ${units} > 0 then total + ${units} else 0 end`,
        marked: sql<number>`case when marked < ${marked} then ${marked} else marked end`,
      })
      .where("counter", "=", counter)
      .where("period_start", "=", period),
);
const tellOfPeriod = prepared(({ scope, counter, period, limit }: OfPeriod & { limit: number }) =>
  scoped(tenantScope(scope))
    .updateTable("limit_units")
    .set({ told: limit })
    .where("counter", "=", counter)
    .where("period_start", "=", period)
    .where("told", "<>", limit),
);
const selectLastTurn = prepared(({ scope, counter }: OfCounter) =>
  scoped(tenantScope(scope))
    .selectFrom("limit_units")
    .select(sql<number | null>`max(turn)`.as("turn"))
    .where("counter", "=", counter),
);
const deleteBefore = prepared(({ scope, counter, turn }: OfCounter & { turn: number }) =>
  scoped(tenantScope(scope))
    .deleteFrom("limit_units")
    .where("counter", "=", counter)
    .where("turn", "<", turn),
);
const deleteBetween = prepared((of: { scope: WorkspaceId; from: string; to: string }) =>
  scoped(tenantScope(of.scope))
    .deleteFrom("limit_units")
    .where("counter", ">=", of.from)
    .where("counter", "<", of.to),
);
const insertUnits = insertRow("limit_units", [
  "counter",
  "period_start",
  "total",
  "marked",
  "told",
  "turn",
]);
const insertMark = insertRow("credit_marks", ["counter", "units"]);

export function* takeUnits(demands: readonly UnitDemand[]): Query<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const demand of demands) {
    const known = yield* find(selectTotal(periodOf(demand)));
    const before = known?.total ?? 0;
    const granted = Math.max(0, Math.min(demand.wanted, demand.capacity - before));
    if (granted > 0) {
      if (known === undefined) yield* beginPeriod(demand);
      const marked = yield* markSpent(demand, before + granted, known?.marked ?? 0);
      const added = yield* run(addToTotal({ ...periodOf(demand), units: granted, marked }));
      assert.equal(added, 1);
    }
    taken.push({ granted, total: before + granted });
  }
  return taken;
}

/** Of a period that is not kept any more, nothing is taken back. */
export function* giveBackUnits(returns: readonly UnitReturn[]): Query<void> {
  for (const one of returns) {
    yield* run(addToTotal({ ...periodOf(one), units: -one.units, marked: 0 }));
  }
}

/** Whether nobody has been told of this limit in this period; afterwards somebody has. */
export function* takeUnitNotice(counter: UnitCounter, limit: number): Query<boolean> {
  return (yield* run(tellOfPeriod({ ...periodOf(counter), limit }))) > 0;
}

/** Whether more may have been written down of these than before: it must be in the log before anybody spends it. */
export function areMarked(demands: readonly UnitDemand[]): boolean {
  return demands.some(({ periodStartMs, wanted }) => periodStartMs === CREDITS && wanted > 0);
}

/** After a restore: whatever the copy says, so much of the credits is spent. @returns whether the copy said less */
export function* restoreSpent(scope: TenantScope, counter: string, units: number): Query<boolean> {
  const of = { workspaceId: scope, counter, periodStartMs: CREDITS };
  const before = (yield* find(selectTotal(periodOf(of))))?.total;
  if (before !== undefined && before >= units) return false;
  if (before === undefined) yield* beginPeriod(of);
  yield* run(insertMark({ workspace_id: scope, counter, units }));
  yield* run(addToTotal({ ...periodOf(of), units: units - (before ?? 0), marked: units }));
  return true;
}

/** A key, client, owner or api that is gone takes its counters along. */
export function* deleteUnitsOf(scope: WorkspaceId, id: string): Query<void> {
  // Between the id and the rest is `|`, which `}` follows.
  yield* run(deleteBetween({ scope, from: `${id}|`, to: `${id}}` }));
}

/** @returns up to where it is written down now */
function* markSpent(
  { workspaceId, counter, periodStartMs, capacity }: UnitDemand,
  total: number,
  marked: number,
): Query<number> {
  if (periodStartMs !== CREDITS || total <= marked) return marked;
  const units = Math.min(capacity, total + Math.floor(capacity / MARKS_MAX));
  yield* run(insertMark({ workspace_id: workspaceId, counter, units }));
  return units;
}

function* beginPeriod(demand: UnitCounter): Query<void> {
  const { scope, counter, period } = periodOf(demand);
  const turn = ((yield* find(selectLastTurn({ scope, counter })))?.turn ?? 0) + 1;
  const row = {
    workspace_id: scope,
    counter,
    period_start: period,
    total: 0,
    marked: 0,
    told: 0,
    turn,
  };
  yield* run(insertUnits(row));
  yield* run(deleteBefore({ scope, counter, turn: turn - PERIODS_KEPT + 1 }));
}

function periodOf({ workspaceId, counter, periodStartMs }: UnitCounter): OfPeriod {
  return { scope: workspaceId, counter, period: periodStartMs };
}
