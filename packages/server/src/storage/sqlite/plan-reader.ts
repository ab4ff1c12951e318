import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { Reader, TenantScope } from "../storage.ts";
import { PLAN_COLUMNS } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { planFromRow } from "./rows.ts";
import type { PlansTable } from "./schema.ts";
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
  scoped(scope)
    .selectFrom("plans")
    .select(PLAN_COLUMNS)
    .where(sql<SqlBool>`id in (select value from json_each(${ids}))`),
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

export function createPlanReader(connection: Connection): PlanReader {
  return {
    async findPlan(scope, id) {
      return versioned(connection.find(selectPlan({ scope, id })));
    },

    async findPlanByName(scope, name) {
      return versioned(connection.find(selectPlanByName({ scope, name })));
    },

    async findPlans(scope, ids) {
      const rows = connection.all(selectPlansById({ scope, ids: JSON.stringify(ids) }));
      return rows.map((row) => ({ value: planFromRow(row), rev: row.rev }));
    },

    async listPlans(scope, page) {
      const query = scoped(scope)
        .selectFrom("plans")
        .select(PLAN_COLUMNS)
        .where("id", "<", page.after ?? AFTER_EVERY_ID)
        .orderBy("id", "desc")
        .limit(page.limit + 1);
      const rows = connection.all(statement(query));
      return {
        items: rows.slice(0, page.limit).map((row) => ({ value: planFromRow(row), rev: row.rev })),
        more: rows.length > page.limit,
      };
    },

    async countPlans(scope) {
      return connection.find(selectPlanCount({ scope }))?.count ?? 0;
    },

    async isPlanUsed(scope, id) {
      const user =
        connection.find(selectKeyOfPlan({ scope, id })) ??
        connection.find(selectOwnerOfPlan({ scope, id }));
      return user !== undefined;
    },
  };
}

function versioned(row: PlansTable | undefined) {
  return row && { value: planFromRow(row), rev: row.rev };
}
