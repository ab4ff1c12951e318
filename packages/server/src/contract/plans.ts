import { z } from "zod";
import { limitsInput } from "./limit-schemas.ts";
import { operation } from "./operation.ts";
import { planResource } from "./resources.ts";
import { listOf, name, noParams, noQuery, pageQuery, reference, text } from "./schemas.ts";

const tag = "Plans";
const params = z.strictObject({
  plan: reference.meta({ description: "The plan's id or its name" }),
});
const description = text(500).nullable().exactOptional();

export const planOperations = {
  "plans.list": operation({
    method: "GET",
    path: "/v1/plans",
    tag,
    effect: "read",
    summary: "List plans",
    permission: "plans:read",
    params: noParams,
    query: z.strictObject(pageQuery),
    body: undefined,
    status: 200,
    response: listOf(planResource),
    failures: ["invalid_cursor"],
  }),
  "plans.create": operation({
    method: "POST",
    path: "/v1/plans",
    tag,
    effect: "write",
    summary: "Create a plan",
    description: "A named set of limits, to which keys and owners refer.",
    permission: "plans:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({ name, description, limits: limitsInput("plan") }),
    status: 201,
    response: planResource,
    idempotent: true,
    failures: ["name_taken", "too_many", "idempotency_key_reused"],
  }),
  "plans.get": operation({
    method: "GET",
    path: "/v1/plans/{plan}",
    tag,
    effect: "read",
    summary: "Get a plan",
    permission: "plans:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: planResource,
    failures: ["not_found"],
  }),
  "plans.update": operation({
    method: "PATCH",
    path: "/v1/plans/{plan}",
    tag,
    effect: "write",
    summary: "Change a plan",
    description:
      "Every key and owner of the plan follows at once, on every verifier. A limit that keeps its name and kind keeps its count.",
    permission: "plans:write",
    params,
    query: noQuery,
    body: z.strictObject({
      name: name.exactOptional(),
      description,
      limits: limitsInput("plan").exactOptional(),
    }),
    status: 200,
    response: planResource,
    conditional: true,
    failures: ["not_found", "name_taken", "precondition_failed"],
  }),
  "plans.delete": operation({
    method: "DELETE",
    path: "/v1/plans/{plan}",
    tag,
    effect: "write",
    summary: "Delete a plan",
    description: "Only a plan that no key and no owner has.",
    permission: "plans:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: ["not_found", "in_use", "precondition_failed"],
  }),
};
