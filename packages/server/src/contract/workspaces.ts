import { z } from "zod";
import { operation } from "./operation.ts";
import { issuedKeyResource, workspaceResource } from "./resources.ts";
import { idParam, listOf, name, noParams, noQuery, pageQuery } from "./schemas.ts";

const tag = "Workspaces";
const params = z.strictObject({ workspace: idParam("workspace") });

export const workspaceOperations = {
  "workspaces.list": operation({
    method: "GET",
    path: "/v1/workspaces",
    tag,
    effect: "read",
    summary: "List workspaces",
    description: "In the operator's workspace: all of them. In any other: itself alone.",
    permission: "workspaces:read",
    params: noParams,
    query: z.strictObject(pageQuery),
    body: undefined,
    status: 200,
    response: listOf(workspaceResource),
    failures: ["invalid_cursor"],
  }),
  "workspaces.create": operation({
    method: "POST",
    path: "/v1/workspaces",
    tag,
    effect: "write",
    summary: "Create a workspace",
    description:
      "Answers with the new workspace and its first management key, which may do everything and is shown this once. Who calls needs a management key without an end and without restrictions.",
    permission: "workspaces:write",
    operatorOnly: true,
    params: noParams,
    query: noQuery,
    body: z.strictObject({ name }),
    status: 201,
    response: workspaceResource
      .extend({ management_key: issuedKeyResource })
      .meta({ id: "CreatedWorkspace" }),
    reveals: true,
    idempotent: true,
    failures: [
      "operator_only",
      "reauth_required",
      "exceeds_own_permissions",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "workspaces.get": operation({
    method: "GET",
    path: "/v1/workspaces/{workspace}",
    tag,
    effect: "read",
    summary: "Get a workspace",
    permission: "workspaces:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: workspaceResource,
    failures: ["not_found"],
  }),
  "workspaces.update": operation({
    method: "PATCH",
    path: "/v1/workspaces/{workspace}",
    tag,
    effect: "write",
    summary: "Rename a workspace",
    permission: "workspaces:write",
    params,
    query: noQuery,
    body: z.strictObject({ name: name.exactOptional() }),
    status: 200,
    response: workspaceResource,
    conditional: true,
    failures: ["not_found", "precondition_failed"],
  }),
};
