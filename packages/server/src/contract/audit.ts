import { AUDIT_ACTIONS } from "@keyward/core/audit/event";
import { z } from "zod";
import { operation } from "./operation.ts";
import { auditEventResource } from "./resources.ts";
import { listOf, noParams, pageQuery } from "./schemas.ts";

export const auditOperations = {
  "audit.list": operation({
    method: "GET",
    path: "/v1/audit",
    tag: "Audit",
    effect: "read",
    summary: "List audit events, newest first",
    description:
      "Each event names the hash of the one before, so that none can be changed or taken out unseen.",
    permission: "audit:read",
    params: noParams,
    query: z.strictObject({
      ...pageQuery,
      action: z.enum(AUDIT_ACTIONS).exactOptional(),
      target: z.string().max(64).exactOptional().meta({ description: "The id of the thing" }),
      actor: z
        .string()
        .max(64)
        .exactOptional()
        .meta({ description: "The id of the management key" }),
    }),
    body: undefined,
    status: 200,
    response: listOf(auditEventResource),
    failures: ["invalid_cursor"],
  }),
};
