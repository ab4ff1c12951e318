import { GOVERNED_KINDS } from "@keyward/core/model/policy";
import { z } from "zod";
import {
  GRACE_SECONDS_DEFAULT,
  GRACE_SECONDS_MAX,
  LIFETIME_SECONDS_MAX,
  LIST_LIMIT_MAX,
  POLICY_IDLE_SECONDS_MIN,
  POLICY_LIFETIME_SECONDS_MIN,
} from "./limits.ts";
import { operation } from "./operation.ts";
import { keyResource } from "./resources.ts";
import {
  instantOutput,
  listOf,
  name,
  noParams,
  noQuery,
  nullableInstant,
  reference,
  rev,
  scopeGrants,
} from "./schemas.ts";

const tag = "Policies";
const params = z.strictObject({
  policy: reference.meta({ description: "The policy's id or its name" }),
});
const kind = z.enum(GOVERNED_KINDS);
const restrictionName = z.enum([
  "ips",
  "origins",
  "referrers",
  "routes",
  "time_windows",
  "android_apps",
  "ios_apps",
]);

const lifetime = z.number().int().min(POLICY_LIFETIME_SECONDS_MIN).max(LIFETIME_SECONDS_MAX);
const rules = {
  lifetime_seconds_max: lifetime.nullable().exactOptional().meta({
    description: "How long a secret may work, from when it was made",
  }),
  lifetime_seconds_default: lifetime.nullable().exactOptional().meta({
    description: "The lifetime of what is created without one",
  }),
  idle_seconds: z
    .number()
    .int()
    .min(POLICY_IDLE_SECONDS_MIN)
    .max(LIFETIME_SECONDS_MAX)
    .nullable()
    .exactOptional()
    .meta({ description: "A key that nobody uses or changes for so long is disabled" }),
  required_restrictions: z.array(restrictionName).exactOptional().meta({
    description: "Lists that the restrictions of a key must have",
  }),
  forbidden_scopes: scopeGrants.exactOptional().meta({
    description: "What may not be granted, nor a wildcard that includes it",
  }),
  approval: z.boolean().exactOptional().meta({
    description: "Whether a new personal access token waits for an approval",
  }),
};

export const policyResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    api: z.string().nullable().meta({ description: "Its prefix; null is all but the built-in" }),
    api_id: z.string().nullable(),
    kind: kind.nullable().meta({ description: "null is every kind" }),
    lifetime_seconds_max: z.number().int().nullable(),
    lifetime_seconds_default: z.number().int().nullable(),
    idle_seconds: z.number().int().nullable(),
    required_restrictions: z.array(restrictionName),
    forbidden_scopes: z.array(z.string()),
    approval: z.boolean(),
    application: z
      .strictObject({
        status: z.enum(["counting", "applying", "finished", "cancelled", "refused"]),
        expected: z.number().int(),
        counted: z.number().int(),
        changed: z.number().int(),
        grace_until: instantOutput,
        started_at: instantOutput,
        ended_at: nullableInstant,
      })
      .nullable()
      .meta({ description: "The last time that it was applied to what was there" }),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Policy" });

const reason = z.enum(["lifetime", "restriction", "scope", "idle"]);
const graceSeconds = z
  .number()
  .int()
  .min(0)
  .max(GRACE_SECONDS_MAX)
  .default(GRACE_SECONDS_DEFAULT)
  .meta({ description: "No key ends sooner than so long after it is asked for" });

export const policyOperations = {
  "policies.list": operation({
    method: "GET",
    path: "/v1/policies",
    tag,
    effect: "read",
    summary: "List policies",
    description: "All of them, newest first.",
    permission: "policies:read",
    params: noParams,
    query: noQuery,
    body: undefined,
    status: 200,
    response: listOf(policyResource),
    failures: [],
  }),
  "policies.create": operation({
    method: "POST",
    path: "/v1/policies",
    tag,
    effect: "write",
    summary: "Create a policy",
    description:
      "What is made or changed from then on is held to it. What is there already stays as it is until the policy is applied; only to be unused counts, from then on.",
    permission: "policies:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      name,
      api: reference.nullable().exactOptional().meta({
        description: "Keys of this api; of every one but the built-in if left out or null",
      }),
      kind: kind.nullable().exactOptional(),
      ...rules,
    }),
    status: 201,
    response: policyResource,
    idempotent: true,
    failures: ["not_found", "reauth_required", "name_taken", "too_many", "idempotency_key_reused"],
  }),
  "policies.get": operation({
    method: "GET",
    path: "/v1/policies/{policy}",
    tag,
    effect: "read",
    summary: "Get a policy, and how far its application has come",
    permission: "policies:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: policyResource,
    failures: ["not_found"],
  }),
  "policies.update": operation({
    method: "PATCH",
    path: "/v1/policies/{policy}",
    tag,
    effect: "write",
    summary: "Change a policy",
    description: "Its name and its rules. A shorter time without use begins to count anew.",
    permission: "policies:write",
    params,
    query: noQuery,
    body: z.strictObject({ name: name.exactOptional(), ...rules }),
    status: 200,
    response: policyResource,
    conditional: true,
    failures: [
      "not_found",
      "reauth_required",
      "name_taken",
      "policy_applying",
      "precondition_failed",
    ],
  }),
  "policies.delete": operation({
    method: "DELETE",
    path: "/v1/policies/{policy}",
    tag,
    effect: "write",
    summary: "Delete a policy",
    description: "What it has ended stays ended.",
    permission: "policies:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: ["not_found", "reauth_required", "policy_applying", "precondition_failed"],
  }),
  "policies.preview": operation({
    method: "POST",
    path: "/v1/policies/{policy}/preview",
    tag,
    effect: "read",
    summary: "See which keys a policy would affect",
    description:
      "Nothing is changed. Of the keys that were there before, those that do not comply, newest first, with the reasons and when each would end. The counts come with the first page.",
    permission: "keys:read",
    params,
    query: noQuery,
    body: z.strictObject({
      grace_seconds: graceSeconds,
      limit: z.number().int().min(1).max(LIST_LIMIT_MAX).default(10),
      cursor: z.string().max(512).exactOptional(),
    }),
    bodyOptional: true,
    status: 200,
    response: z
      .strictObject({
        affected: z.number().int().nullable().meta({ description: "null on a further page" }),
        by_reason: z
          .strictObject({
            lifetime: z.number().int(),
            restriction: z.number().int(),
            scope: z.number().int(),
            idle: z.number().int(),
          })
          .nullable()
          .meta({ description: "A key may have several reasons" }),
        data: z.array(
          z.strictObject({
            key: keyResource,
            reasons: z.array(reason),
            ends_at: nullableInstant.meta({
              description: "When the key would end, were the policy applied now",
            }),
          }),
        ),
        next_cursor: z.string().nullable(),
      })
      .meta({ id: "PolicyPreview" }),
    failures: ["not_found", "invalid_cursor"],
  }),
  "policies.apply": operation({
    method: "POST",
    path: "/v1/policies/{policy}/apply",
    tag,
    effect: "write",
    summary: "Apply a policy to the keys that were there before it",
    description:
      "It brings ends nearer and does nothing else: what lasts too long is cut, and what does not comply otherwise ends with the grace. It is answered when it has begun, and goes on by itself, also after a restart. It counts first: where it would not be `expected_count` keys, as the preview told, it ends as `refused` and nothing is changed. Clients are not touched.",
    permission: "policies:write",
    params,
    query: noQuery,
    body: z.strictObject({
      expected_count: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
      grace_seconds: graceSeconds,
    }),
    status: 200,
    response: policyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "reauth_required",
      "policy_applying",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "policies.cancel": operation({
    method: "POST",
    path: "/v1/policies/{policy}/cancel",
    tag,
    effect: "write",
    summary: "Stop the application of a policy",
    description: "What has been changed stays so. One that has ended stays as it is.",
    permission: "policies:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: policyResource,
    idempotent: true,
    failures: ["not_found", "idempotency_key_reused"],
  }),
};
