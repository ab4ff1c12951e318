// References of a request, by id or by the name that the producer chose, to what they name in the caller's workspace.
import { parseId } from "@keyward/core/id";
import type { PlanId, RoleId } from "@keyward/core/id";
import type { Api, Owner, Plan, Role } from "@keyward/core/model/records";
import type { Reader, TenantScope, Versioned } from "../storage/storage.ts";
import { found } from "./call.ts";
import { invalid } from "./invalid.ts";

/** @throws OperationError `not_found` */
export async function resolveApi(
  reader: Reader,
  scope: TenantScope,
  reference: string,
): Promise<Versioned<Api>> {
  const id = parseId("api", reference);
  const api =
    id === undefined
      ? await reader.findApiByPrefix(scope, reference)
      : await reader.findApi(scope, id);
  return found(api, "api");
}

export async function findOwner(
  reader: Reader,
  scope: TenantScope,
  reference: string,
): Promise<Versioned<Owner> | undefined> {
  const id = parseId("owner", reference);
  return id === undefined
    ? await reader.findOwnerByExternalId(scope, reference)
    : await reader.findOwner(scope, id);
}

/** @throws OperationError `not_found` */
export async function resolveOwner(
  reader: Reader,
  scope: TenantScope,
  reference: string,
): Promise<Versioned<Owner>> {
  return found(await findOwner(reader, scope, reference), "owner");
}

/** @throws OperationError `not_found` */
export async function resolvePlan(
  reader: Reader,
  scope: TenantScope,
  reference: string,
): Promise<Versioned<Plan>> {
  return found(await findPlan(reader, scope, reference), "plan");
}

/**
 * The id of the plan that is named; `null` where none is, and what was before where nothing is said.
 *
 * @throws OperationError `invalid_request`, pointing at a plan that is not there
 */
export async function resolvePlanId(
  reader: Reader,
  scope: TenantScope,
  reference: string | null | undefined,
  before: PlanId | null,
): Promise<PlanId | null> {
  if (reference === undefined) return before;
  if (reference === null) return null;
  const plan = await findPlan(reader, scope, reference);
  if (plan === undefined) throw invalid("/plan", "unknown_plan", "There is no such plan");
  return plan.value.id;
}

async function findPlan(
  reader: Reader,
  scope: TenantScope,
  reference: string,
): Promise<Versioned<Plan> | undefined> {
  const id = parseId("plan", reference);
  return id === undefined
    ? await reader.findPlanByName(scope, reference)
    : await reader.findPlan(scope, id);
}

/** @throws OperationError `invalid_request`, pointing at the role that the api has not */
export async function resolveRoles(
  reader: Reader,
  scope: TenantScope,
  api: Api,
  names: readonly string[],
): Promise<readonly Role[]> {
  const roles = new Map<RoleId, Role>();
  for (const [index, name] of names.entries()) {
    const role = await reader.findRoleByName(scope, api.id, name);
    if (role === undefined) {
      throw invalid(`/roles/${index}`, "unknown_role", `The api ${api.prefix} has no such role`);
    }
    roles.set(role.value.id, role.value);
  }
  return [...roles.values()];
}
