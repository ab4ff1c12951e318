import { all, find } from "./query.ts";
import type { Queries } from "./query.ts";
import { sql } from "kysely";
import type { Reader, TenantScope } from "../storage.ts";
import { PLAN_COLUMNS } from "./columns.ts";
import { planFromRow } from "./rows.ts";
import type { PlansTable } from "./schema.ts";
import { isAmong } from "./dialect.ts";
import { scoped } from "./scoped.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { prepared, statement } from "./statement.ts";

type PlanReader = Pick<
  Reader,
  "findPlan" | "findPlanByName" | "findPlans" | "listPlans" | "countPlans" | "isPlanUsed"
>;

interface ById {
  scope: TenantScope;
  id: string;
}

const selectPlan = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("plans").select(PLAN_COLUMNS).where("id", "=", id),
);
const selectPlanByName = prepared(({ scope, name }: { scope: TenantScope; name: string }) =>
  scoped(scope).selectFrom("plans").select(PLAN_COLUMNS).where("name", "=", name),
);
const selectPlansById = prepared(({ scope, ids }: { scope: TenantScope; ids: string }) =>
  scoped(scope).selectFrom("plans").select(PLAN_COLUMNS).where(isAmong("id", ids)),
);
const selectPlanCount = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope)
    .selectFrom("plans")
    .select(sql<number>`count(*)`.as("count")),
);
const selectKeyOfPlan = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("keys").select("id").where("plan_id", "=", id).limit(1),
);
const selectOwnerOfPlan = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("owners").select("id").where("plan_id", "=", id).limit(1),
);

const selectClientOfPlan = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("clients").select("id").where("plan_id", "=", id).limit(1),
);

export const planReader: Queries<PlanReader> = {
  *findPlan(scope, id) {
    return versioned(yield* find(selectPlan({ scope, id })));
  },

  *findPlanByName(scope, name) {
    return versioned(yield* find(selectPlanByName({ scope, name })));
  },

  *findPlans(scope, ids) {
    const rows = yield* all(selectPlansById({ scope, ids: JSON.stringify(ids) }));
    return rows.map((row) => ({ value: planFromRow(row), rev: row.rev }));
  },

  *listPlans(scope, page) {
    const query = scoped(scope)
      .selectFrom("plans")
      .select(PLAN_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    const rows = yield* all(statement(query));
    return {
      items: rows.slice(0, page.limit).map((row) => ({ value: planFromRow(row), rev: row.rev })),
      more: rows.length > page.limit,
    };
  },

  *countPlans(scope) {
    return (yield* find(selectPlanCount({ scope })))?.count ?? 0;
  },

  *isPlanUsed(scope, id) {
    const user =
      (yield* find(selectKeyOfPlan({ scope, id }))) ??
      (yield* find(selectOwnerOfPlan({ scope, id }))) ??
      (yield* find(selectClientOfPlan({ scope, id })));
    return user !== undefined;
  },
};

function versioned(row: PlansTable | undefined) {
  return row && { value: planFromRow(row), rev: row.rev };
}
