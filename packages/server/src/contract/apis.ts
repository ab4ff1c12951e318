import { brandProblem } from "@keyward/core/key/brand";
import { LEAK_REACTIONS } from "@keyward/core/model/leak-reaction";
import { TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import { z } from "zod";
import { limitsInput } from "./limit-schemas.ts";
import { LIFETIME_SECONDS_MAX, SCOPES_PER_API_MAX } from "./limits.ts";
import { operation } from "./operation.ts";
import { apiResource, scopeResource } from "./resources.ts";
import {
  keylessText,
  listOf,
  name,
  noParams,
  noQuery,
  pageQuery,
  reference,
  scopeInput,
  text,
} from "./schemas.ts";

const tag = "APIs";
const params = z.strictObject({
  api: reference.meta({ description: "The api's id or its prefix" }),
});

const prefix = z
  .string()
  .superRefine((value, context) => {
    const problem = brandProblem(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  })
  .meta({ description: "The brand of the api's keys: 2 to 16 of a–z and 0–9, a letter first" });

/** RFC 8707 §2: an absolute URI without a fragment. */
const audience = keylessText(512)
  .refine(isAudience, "must be an absolute URI without a fragment")
  .meta({ format: "uri" });

function isAudience(value: string): boolean {
  return URL.canParse(value) && !value.includes("#") && /^[\x21-\x7e]+$/.test(value);
}

const catalogue = z
  .array(scopeInput)
  .max(SCOPES_PER_API_MAX)
  .refine((scopes) => new Set(scopes).size === scopes.length, "must not name a scope twice");

const defaultLifetime = z
  .number()
  .int()
  .min(60)
  .max(LIFETIME_SECONDS_MAX)
  .nullable()
  .exactOptional()
  .meta({ description: "Lifetime of a key that is created without an expiry; null is no end" });

const tokens = {
  token_format: z.enum(["jwt", "opaque"]).exactOptional().meta({
    description:
      "What access tokens for it are: signed (RFC 9068), which is the default, or opaque",
  }),
  token_algorithm: z
    .enum(TOKEN_ALGORITHMS)
    .exactOptional()
    .meta({ description: "What signed tokens for it are signed with; ES256 if left out" }),
};

const leakReaction = z.enum(LEAK_REACTIONS).exactOptional().meta({
  description:
    "What becomes of a key that leaked: nothing but the event, only its known networks, disabled, revoked, or the secret ends; notify if left out",
});

export const apiOperations = {
  "apis.list": operation({
    method: "GET",
    path: "/v1/apis",
    tag,
    effect: "read",
    summary: "List apis",
    permission: "apis:read",
    params: noParams,
    query: z.strictObject(pageQuery),
    body: undefined,
    status: 200,
    response: listOf(apiResource),
    failures: ["invalid_cursor"],
  }),
  "apis.create": operation({
    method: "POST",
    path: "/v1/apis",
    tag,
    effect: "write",
    summary: "Create an api",
    permission: "apis:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      name,
      prefix,
      audience,
      scopes: catalogue.exactOptional(),
      default_lifetime_seconds: defaultLifetime,
      limits: limitsInput("api").exactOptional(),
      ...tokens,
      leak_reaction: leakReaction,
    }),
    status: 201,
    response: apiResource,
    idempotent: true,
    failures: ["prefix_taken", "idempotency_key_reused"],
  }),
  "apis.get": operation({
    method: "GET",
    path: "/v1/apis/{api}",
    tag,
    effect: "read",
    summary: "Get an api",
    permission: "apis:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: apiResource,
    failures: ["not_found"],
  }),
  "apis.update": operation({
    method: "PATCH",
    path: "/v1/apis/{api}",
    tag,
    effect: "write",
    summary: "Change an api",
    description:
      "The prefix is fixed, because issued keys carry it. A scope that leaves the catalogue can no longer be granted; keys that hold it keep it until they are changed.",
    permission: "apis:write",
    params,
    query: noQuery,
    body: z.strictObject({
      name: name.exactOptional(),
      audience: audience.exactOptional(),
      scopes: catalogue.exactOptional(),
      default_lifetime_seconds: defaultLifetime,
      limits: limitsInput("api").exactOptional(),
      ...tokens,
      leak_reaction: leakReaction,
    }),
    status: 200,
    response: apiResource,
    conditional: true,
    failures: ["not_found", "built_in", "precondition_failed"],
  }),
  "apis.delete": operation({
    method: "DELETE",
    path: "/v1/apis/{api}",
    tag,
    effect: "write",
    summary: "Delete an api",
    description: "Only an api without keys and roles.",
    permission: "apis:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: ["not_found", "built_in", "in_use", "precondition_failed"],
  }),
  "apis.scopes.list": operation({
    method: "GET",
    path: "/v1/apis/{api}/scopes",
    tag,
    effect: "read",
    summary: "List the scopes of an api",
    description: "All of them: a catalogue has at most 500.",
    permission: "apis:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: listOf(scopeResource),
    failures: ["not_found"],
  }),
  "apis.scopes.add": operation({
    method: "POST",
    path: "/v1/apis/{api}/scopes",
    tag,
    effect: "write",
    summary: "Add a scope to an api, or describe it anew",
    permission: "apis:write",
    params,
    query: noQuery,
    body: z.strictObject({ name: scopeInput, description: text(500).nullable().exactOptional() }),
    status: 200,
    response: scopeResource,
    idempotent: true,
    failures: ["not_found", "built_in", "too_many", "idempotency_key_reused"],
  }),
  "apis.scopes.remove": operation({
    method: "DELETE",
    path: "/v1/apis/{api}/scopes/{scope}",
    tag,
    effect: "write",
    summary: "Remove a scope from an api's catalogue",
    description: "It can no longer be granted. Keys that hold it keep it until they are changed.",
    permission: "apis:write",
    params: params.extend({ scope: z.string().max(128) }),
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    failures: ["not_found", "built_in"],
  }),
};
