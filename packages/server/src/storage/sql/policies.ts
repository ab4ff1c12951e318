// Policies: their table, and how rows become records.
import { strict as assert } from "node:assert";
import { parseId } from "@keyward/core/id";
import type { ApiId } from "@keyward/core/id";
import type {
  GovernedKind,
  Policy,
  PolicyApplication,
  PolicyRules,
} from "@keyward/core/model/policy";
import { instant } from "@keyward/core/time";
import type { PolicyReader } from "../policies.ts";
import type { TenantScope, Versioned } from "../storage.ts";
import { all, find, run } from "./query.ts";
import type { Queries, Query } from "./query.ts";
import type { PoliciesTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";
import { upsertRow } from "./write-row.ts";

const COLUMNS = [
  "workspace_id",
  "id",
  "name",
  "api_id",
  "kind",
  "rules",
  "idle_since",
  "application",
  "created_at",
  "updated_at",
  "rev",
] as const;

const selectPolicy = prepared(({ scope, id }: { scope: TenantScope; id: string }) =>
  scoped(scope).selectFrom("policies").select(COLUMNS).where("id", "=", id),
);
const selectPolicyByName = prepared(({ scope, name }: { scope: TenantScope; name: string }) =>
  scoped(scope).selectFrom("policies").select(COLUMNS).where("name", "=", name),
);
const selectPolicies = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("policies").select(COLUMNS).orderBy("id", "desc"),
);
const upsertPolicy = upsertRow("policies", COLUMNS);
const updateApplication = prepared(
  (of: { scope: TenantScope; id: string; application: string | null }) =>
    scoped(of.scope)
      .updateTable("policies")
      .set({ application: of.application })
      .where("id", "=", of.id),
);

export const policyReader: Queries<PolicyReader> = {
  *findPolicy(scope, id) {
    const row = yield* find(selectPolicy({ scope, id }));
    return row && fromRow(row);
  },

  *findPolicyByName(scope, name) {
    const row = yield* find(selectPolicyByName({ scope, name }));
    return row && fromRow(row);
  },

  *listPolicies(scope) {
    return (yield* all(selectPolicies({ scope }))).map(fromRow);
  },
};

/** Of every workspace. */
export function* listAllPolicies(): Query<readonly Policy[]> {
  const query = builder.selectFrom("policies").select(COLUMNS);
  return (yield* all(statement(query))).map((row) => fromRow(row).value);
}

export function* putPolicy(value: Policy, rev: number): Query<void> {
  yield* run(upsertPolicy(toRow(value, rev)));
}

export function* putApplication(scope: TenantScope, value: Policy): Query<void> {
  const { id } = value;
  const { application } = toRow(value, 0);
  assert.equal(yield* run(updateApplication({ scope, id, application })), 1);
}

function fromRow(row: PoliciesTable): Versioned<Policy> {
  const id = parseId("policy", row.id);
  const workspaceId = parseId("workspace", row.workspace_id);
  assert.ok(id !== undefined && workspaceId !== undefined, "an id is one of ours");
  const value: Policy = {
    id,
    workspaceId,
    name: row.name,
    apiId: row.api_id as ApiId | null,
    kind: row.kind as GovernedKind | null,
    ...(JSON.parse(row.rules) as PolicyRules),
    idleSince: row.idle_since === null ? null : instant(row.idle_since),
    application:
      row.application === null ? null : (JSON.parse(row.application) as PolicyApplication),
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
  return { value, rev: row.rev };
}

function toRow(value: Policy, rev: number): PoliciesTable {
  const rules: PolicyRules = {
    lifetimeSecondsMax: value.lifetimeSecondsMax,
    lifetimeSecondsDefault: value.lifetimeSecondsDefault,
    idleSeconds: value.idleSeconds,
    requiredRestrictions: value.requiredRestrictions,
    forbiddenScopes: value.forbiddenScopes,
    approval: value.approval,
  };
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    name: value.name,
    api_id: value.apiId,
    kind: value.kind,
    rules: JSON.stringify(rules),
    idle_since: value.idleSince,
    application: value.application && JSON.stringify(value.application),
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}
