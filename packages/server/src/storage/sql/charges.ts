// Charges that are open or remembered. Each method is one transaction, alone in its workspace.
import type { Instant } from "@keyward/core/time";
import type { ChargeStore, KeptCharge, SettledAs } from "../charges.ts";
import type { TenantScope } from "../storage.ts";
import { find, run } from "./query.ts";
import type { Queries, Query } from "./query.ts";
import type { ChargesTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";
import { giveBackUnits } from "./units.ts";
import { insertRow } from "./write-row.ts";

const COLUMNS = ["name", "id", "cost", "units", "report", "open_until", "ends_at"] as const;

const selectByName = prepared(({ scope, name }: { scope: TenantScope; name: string }) =>
  scoped(scope).selectFrom("charges").select(COLUMNS).where("name", "=", name),
);
const selectById = prepared(({ scope, id }: { scope: TenantScope; id: string }) =>
  scoped(scope)
    .selectFrom("charges")
    .select([...COLUMNS, "state", "settled_cost"])
    .where("id", "=", id),
);
const insertCharge = insertRow("charges", [...COLUMNS, "state", "settled_cost"]);
const updateSettled = prepared(
  (of: { scope: TenantScope; id: string; state: string; cost: number }) =>
    scoped(of.scope)
      .updateTable("charges")
      .set({ state: of.state, settled_cost: of.cost })
      .where("id", "=", of.id),
);
const deleteByName = prepared(({ scope, name }: { scope: TenantScope; name: string }) =>
  scoped(scope).deleteFrom("charges").where("name", "=", name),
);

function* findCharge(
  scope: TenantScope,
  name: string,
  now: Instant,
): Query<KeptCharge | undefined> {
  const row = yield* find(selectByName({ scope, name }));
  return row === undefined || row.ends_at <= now ? undefined : fromRow(row);
}

export const chargeReads: Queries<Pick<ChargeStore, "find">> = { find: findCharge };

export const chargeWrites: Queries<Omit<ChargeStore, "find">> = {
  *keep(scope, charge, now) {
    const before = yield* findCharge(scope, charge.name, now);
    if (before !== undefined) return before;
    yield* run(deleteByName({ scope, name: charge.name }));
    yield* run(insertCharge(toRow(scope, charge)));
    return undefined;
  },

  *settle(scope, { id, state, cost, returnsUnits }, now): Query<SettledAs> {
    const row = yield* find(selectById({ scope, id }));
    if (row === undefined || row.open_until <= now) return "absent";
    if (cost > row.cost) return "exceeds";
    if (row.state !== null) {
      return row.state === state && row.settled_cost === cost ? "again" : "otherwise";
    }
    yield* run(updateSettled({ scope, id, state, cost }));
    if (returnsUnits && cost < row.cost) {
      const units = row.cost - cost;
      yield* giveBackUnits(
        fromRow(row).units.map((one) => ({ ...one, workspaceId: scope, units })),
      );
    }
    return "first";
  },

  *forget(scope, name) {
    yield* run(deleteByName({ scope, name }));
  },
};

/** After a restore: what a copy calls open may have been settled since, and must not give back twice (K10). */
export function* forgetAllCharges(): Query<void> {
  yield* run(statement(builder.deleteFrom("charges")));
}

/** Across all workspaces: time passes for everyone alike. */
export function* forgetCharges(now: Instant): Query<void> {
  yield* run(statement(builder.deleteFrom("charges").where("ends_at", "<=", now)));
}

type Row = Pick<ChargesTable, (typeof COLUMNS)[number]>;

function toRow(scope: TenantScope, charge: KeptCharge): ChargesTable {
  return {
    workspace_id: scope,
    name: charge.name,
    id: charge.id,
    cost: charge.cost,
    units: JSON.stringify(charge.units),
    report: JSON.stringify(charge.report),
    open_until: charge.openUntil,
    ends_at: charge.endsAt,
    state: null,
    settled_cost: null,
  };
}

function fromRow(row: Row): KeptCharge {
  const report = JSON.parse(row.report) as Omit<KeptCharge["report"], "retryAfterSeconds">;
  return {
    name: row.name,
    id: row.id as KeptCharge["id"],
    cost: row.cost,
    units: JSON.parse(row.units) as KeptCharge["units"],
    // Of what was admitted, no time is told.
    report: { ...report, retryAfterSeconds: undefined },
    openUntil: row.open_until as Instant,
    endsAt: row.ends_at as Instant,
  };
}
