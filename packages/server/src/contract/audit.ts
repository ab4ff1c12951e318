import { AUDIT_ACTIONS } from "@keyward/core/audit/event";
import { z } from "zod";
import { operation } from "./operation.ts";
import { auditEventResource } from "./resources.ts";
import { instantOutput, listOf, noParams, noQuery, pageQuery, rev } from "./schemas.ts";

const format = z.enum(["json", "csv", "ndjson"]).exactOptional().meta({
  description:
    "As `Accept: text/csv` or `application/x-ndjson` ask for: the events of the page alone",
});

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
      format,
      action: z.enum(AUDIT_ACTIONS).exactOptional(),
      target: z.string().max(64).exactOptional().meta({ description: "The id of the thing" }),
      digest: z
        .string()
        .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits in lower case")
        .exactOptional()
        .meta({
          description:
            "Of the key that this is the SHA-256 of: a key that leaked need not be shown to anybody to find what became of it",
        }),
      actor: z
        .string()
        .max(64)
        .exactOptional()
        .meta({ description: "The id of the management key, the member or the owner" }),
    }),
    body: undefined,
    status: 200,
    response: listOf(auditEventResource),
    rows: ["data"],
    failures: ["invalid_cursor"],
  }),
  "audit.checkpoint": operation({
    method: "GET",
    path: "/v1/audit/checkpoint",
    tag: "Audit",
    effect: "read",
    summary: "Get a signed checkpoint of the audit chain",
    description:
      "How far the chain has come by now, signed with a key that is not in the database. Keep it elsewhere: whoever rewrites the chain later, or cuts off its end, cannot make it agree.",
    permission: "audit:read",
    params: noParams,
    query: noQuery,
    body: undefined,
    status: 200,
    response: z
      .strictObject({
        workspace_id: z.string(),
        rev,
        hash: z.string().meta({ description: "Of the last event" }),
        at: instantOutput,
        checkpoint: z.string().meta({ description: "The same, as a JWS with its key (RFC 7515)" }),
        key: z
          .strictObject({
            kid: z.string(),
            kty: z.literal("OKP"),
            crv: z.literal("Ed25519"),
            x: z.string(),
          })
          .meta({ description: "What it is signed with; `kid` is its thumbprint (RFC 7638)" }),
      })
      .meta({ id: "AuditCheckpoint" }),
    failures: [],
  }),
};
