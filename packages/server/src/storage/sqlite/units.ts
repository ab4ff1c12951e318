// Units of quotas and credits that are out, by counter and period: what is granted here is granted once (K5).
import { strict as assert } from "node:assert";
import { sql } from "kysely";
import type { WorkspaceId } from "@keyward/core/id";
import type { UnitCounter, UnitDemand, UnitReturn } from "@keyward/core/limit/unit-store";
import type { Taken } from "@keyward/core/limit/units-counter";
import { tenantScope } from "../storage.ts";
import type { Connection } from "./connection.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";
import { insertRow } from "./write-row.ts";

/** Of one counter the periods that were begun last are kept: a clock that jumps may come back to them. */
const PERIODS_KEPT = 3;

interface OfCounter {
  scope: WorkspaceId;
  counter: string;
}

type OfPeriod = OfCounter & { period: number };

const selectTotal = prepared(({ scope, counter, period }: OfPeriod) =>
  scoped(tenantScope(scope))
    .selectFrom("limit_units")
    .select("total")
    .where("counter", "=", counter)
    .where("period_start", "=", period),
);
const addToTotal = prepared(({ scope, counter, period, units }: OfPeriod & { units: number }) =>
  scoped(tenantScope(scope))
    .updateTable("limit_units")
    .set({ total: sql<number>`max(0, total + ${units})` })
    .where("counter", "=", counter)
    .where("period_start", "=", period),
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
const insertUnits = insertRow("limit_units", ["counter", "period_start", "total", "turn"]);

export function takeUnits(
  connection: Connection,
  demands: readonly UnitDemand[],
): readonly Taken[] {
  return demands.map((demand) => {
    const total = connection.find(selectTotal(periodOf(demand)))?.total;
    const before = total ?? 0;
    const granted = Math.max(0, Math.min(demand.wanted, demand.capacity - before));
    if (granted > 0) {
      if (total === undefined) beginPeriod(connection, demand);
      assert.equal(connection.run(addToTotal({ ...periodOf(demand), units: granted })), 1);
    }
    return { granted, total: before + granted };
  });
}

/** Of a period that is not kept any more, nothing is taken back. */
export function giveBackUnits(connection: Connection, returns: readonly UnitReturn[]): void {
  for (const one of returns) {
    connection.run(addToTotal({ ...periodOf(one), units: -one.units }));
  }
}

/** A key, owner or api that is gone takes its counters along. */
export function deleteUnitsOf(connection: Connection, scope: WorkspaceId, id: string): void {
  // Between the id and the rest is `|`, which `}` follows.
  connection.run(deleteBetween({ scope, from: `${id}|`, to: `${id}}` }));
}

function beginPeriod(connection: Connection, demand: UnitDemand): void {
  const { scope, counter, period } = periodOf(demand);
  const turn = (connection.find(selectLastTurn({ scope, counter }))?.turn ?? 0) + 1;
  const row = { workspace_id: scope, counter, period_start: period, total: 0, turn };
  connection.run(insertUnits(row));
  connection.run(deleteBefore({ scope, counter, turn: turn - PERIODS_KEPT + 1 }));
}

function periodOf({ workspaceId, counter, periodStartMs }: UnitCounter): OfPeriod {
  return { scope: workspaceId, counter, period: periodStartMs };
}
