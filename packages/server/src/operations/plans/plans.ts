import { OperationError } from "@keyward/core/failure/failures";
import type { Plan } from "@keyward/core/model/records";
import { PLANS_PER_WORKSPACE_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { isSame } from "../is-same.ts";
import { pageOf } from "../paging.ts";
import { presentPlan } from "../present.ts";
import { resolvePlan } from "../resolve.ts";

export function listPlans(
  call: Call,
  reader: Reader,
  { query }: InputOf<"plans.list">,
): Promise<ResultOf<"plans.list">> {
  const load = reader.listPlans.bind(reader, call.caller.scope);
  return pageOf(call, "plans.list", query, load, (plans) => plans.map(presentPlan));
}

export async function getPlan(
  call: Call,
  reader: Reader,
  { params }: InputOf<"plans.get">,
): Promise<ResultOf<"plans.get">> {
  return presentPlan(await resolvePlan(reader, call.caller.scope, params.plan));
}

export async function createPlan(
  call: Call,
  writer: Writer,
  { body }: InputOf<"plans.create">,
): Promise<Written<ResultOf<"plans.create">>> {
  const { scope } = call.caller;
  await assertRoomForPlan(call, writer);
  const value: Plan = {
    id: mintId(call, "plan"),
    workspaceId: scope,
    name: body.name,
    description: body.description ?? null,
    limits: body.limits,
    createdAt: call.now,
    updatedAt: call.now,
  };
  const facts = factsOf(call, "plan.created", { name: value.name });
  const rev = await writer.record(scope, { entity: "plan", id: value.id, value }, facts);
  return { result: presentPlan({ value, rev }), rev, targetId: value.id };
}

export async function updatePlan(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"plans.update">,
): Promise<Written<ResultOf<"plans.update">>> {
  const { scope } = call.caller;
  const before = await resolvePlan(writer, scope, params.plan);
  assertUnchanged(call, before.rev);
  const { description } = body;
  const after: Plan = {
    ...before.value,
    name: body.name ?? before.value.name,
    description: description === undefined ? before.value.description : description,
    limits: body.limits ?? before.value.limits,
  };
  if (isSame(after, before.value)) {
    return { result: presentPlan(before), rev: before.rev, targetId: after.id };
  }
  const value: Plan = { ...after, updatedAt: call.now };
  const facts = factsOf(call, "plan.updated", { fields: Object.keys(body).sort() });
  const rev = await writer.record(scope, { entity: "plan", id: value.id, value }, facts);
  return { result: presentPlan({ value, rev }), rev, targetId: value.id };
}

export async function deletePlan(
  call: Call,
  writer: Writer,
  { params }: InputOf<"plans.delete">,
): Promise<Written<undefined>> {
  const { scope } = call.caller;
  const before = await resolvePlan(writer, scope, params.plan);
  assertUnchanged(call, before.rev);
  const { id, name } = before.value;
  if (await writer.isPlanUsed(scope, id)) {
    throw new OperationError("in_use", {
      detail: "A key, a client or an owner still has the plan",
    });
  }
  const facts = factsOf(call, "plan.deleted", { name });
  const rev = await writer.record(scope, { entity: "plan", id, value: null }, facts);
  return { result: undefined, rev, targetId: id };
}

async function assertRoomForPlan(call: Call, reader: Reader): Promise<void> {
  if ((await reader.countPlans(call.caller.scope)) < PLANS_PER_WORKSPACE_MAX) return;
  throw new OperationError("too_many", {
    detail: `A workspace has at most ${PLANS_PER_WORKSPACE_MAX} plans`,
  });
}
