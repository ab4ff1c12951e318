import { z } from "zod";
import { EXTERNAL_ID_CHARS_MAX } from "./limits.ts";
import { limitsInput, planReference } from "./limit-schemas.ts";
import { operation } from "./operation.ts";
import { ownerResource } from "./resources.ts";
import {
  listOf,
  metadataInput,
  name,
  noParams,
  noQuery,
  ownerType,
  pageQuery,
  reference,
  scopeGrants,
  text,
} from "./schemas.ts";

const tag = "Owners";
const params = z.strictObject({
  owner: reference.meta({ description: "The owner's id or its external id" }),
});
const rights = scopeGrants.nullable().exactOptional().meta({
  description:
    "What a user may do, in scopes of your apis: of their personal access tokens nothing counts beyond it",
});
const ownerName = name.nullable().exactOptional();

export const ownerOperations = {
  "owners.list": operation({
    method: "GET",
    path: "/v1/owners",
    tag,
    effect: "read",
    summary: "List owners",
    permission: "owners:read",
    params: noParams,
    query: z.strictObject({
      ...pageQuery,
      q: z
        .string()
        .max(200)
        .exactOptional()
        .meta({ description: "A part of the external id or the name" }),
    }),
    body: undefined,
    status: 200,
    response: listOf(ownerResource),
    failures: ["invalid_cursor"],
  }),
  "owners.create": operation({
    method: "POST",
    path: "/v1/owners",
    tag,
    effect: "write",
    summary: "Create an owner",
    description: "Not needed before a key: an unknown owner is created with its first key.",
    permission: "owners:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      external_id: text(EXTERNAL_ID_CHARS_MAX).meta({ description: "Your own id for it" }),
      type: ownerType.default("app"),
      name: ownerName,
      plan: planReference,
      limits: limitsInput("owner").exactOptional(),
      rights,
      metadata: metadataInput.exactOptional(),
    }),
    status: 201,
    response: ownerResource,
    idempotent: true,
    failures: ["not_found", "external_id_taken", "idempotency_key_reused"],
  }),
  "owners.get": operation({
    method: "GET",
    path: "/v1/owners/{owner}",
    tag,
    effect: "read",
    summary: "Get an owner",
    permission: "owners:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: ownerResource,
    failures: ["not_found"],
  }),
  "owners.update": operation({
    method: "PATCH",
    path: "/v1/owners/{owner}",
    tag,
    effect: "write",
    summary: "Change an owner",
    permission: "owners:write",
    params,
    query: noQuery,
    body: z.strictObject({
      type: ownerType.exactOptional(),
      name: ownerName,
      plan: planReference,
      limits: limitsInput("owner").exactOptional(),
      rights,
      metadata: metadataInput.exactOptional(),
    }),
    status: 200,
    response: ownerResource,
    conditional: true,
    failures: ["not_found", "precondition_failed"],
  }),
  "owners.disable": operation({
    method: "POST",
    path: "/v1/owners/{owner}/disable",
    tag,
    effect: "write",
    summary: "Refuse all keys of an owner, until enabled again",
    permission: "owners:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: ownerResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "own_key",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "owners.enable": operation({
    method: "POST",
    path: "/v1/owners/{owner}/enable",
    tag,
    effect: "write",
    summary: "Accept the keys of an owner again",
    permission: "owners:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: ownerResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "reauth_required",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "owners.delete": operation({
    method: "DELETE",
    path: "/v1/owners/{owner}",
    tag,
    effect: "write",
    summary: "Delete an owner",
    description: "Only an owner without keys.",
    permission: "owners:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: ["not_found", "in_use", "precondition_failed"],
  }),
};
