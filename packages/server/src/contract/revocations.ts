import { z } from "zod";
import { barrierQuery } from "./barrier.ts";
import { keyFilter } from "./key-filter.ts";
import { operation } from "./operation.ts";
import { followedRevocationResource, keyResource, revocationResource } from "./resources.ts";
import { idParam, listOf, noParams, noQuery, pageQuery, text } from "./schemas.ts";

const tag = "Revocations";
const params = z.strictObject({ revocation: idParam("revocation") });

const filter = z
  .strictObject(keyFilter)
  .refine((value) => Object.keys(value).length > 0, "must name at least one thing")
  .meta({
    description:
      "All of it must hold. Keys that are revoked already are not counted, and the management key that asks is never meant. Management keys are meant only where `api` names the built-in api.",
  });

export const revocationOperations = {
  "revocations.preview": operation({
    method: "POST",
    path: "/v1/revocations/preview",
    tag,
    effect: "read",
    summary: "Count the keys that a revocation would mean",
    description: "Nothing is changed. `sample` holds the newest of them, at most ten.",
    permission: "keys:read",
    params: noParams,
    query: noQuery,
    body: z.strictObject({ filter }),
    status: 200,
    response: z
      .strictObject({ matched: z.number().int(), sample: z.array(keyResource) })
      .meta({ id: "RevocationPreview" }),
    failures: ["not_found"],
  }),
  "revocations.create": operation({
    method: "POST",
    path: "/v1/revocations",
    tag,
    effect: "write",
    summary: "Refuse all keys for ever that a filter means",
    description:
      "There is no way back. It is answered when it has begun, and goes on by itself, newest key first, also after a restart. `expected_count` is the number that the preview told: where it would be another, nothing is begun. Keys that are made later are not meant.",
    permission: "revocations:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      filter,
      expected_count: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
      reason: text(500).exactOptional(),
    }),
    status: 201,
    response: revocationResource,
    idempotent: true,
    failures: [
      "not_found",
      "reauth_required",
      "unexpected_count",
      "too_many",
      "exceeds_own_permissions",
      "idempotency_key_reused",
    ],
  }),
  "revocations.list": operation({
    method: "GET",
    path: "/v1/revocations",
    tag,
    effect: "read",
    summary: "List revocations of many keys, newest first",
    permission: "keys:read",
    params: noParams,
    query: z.strictObject(pageQuery),
    body: undefined,
    status: 200,
    response: listOf(revocationResource),
    failures: ["invalid_cursor"],
  }),
  "revocations.get": operation({
    method: "GET",
    path: "/v1/revocations/{revocation}",
    tag,
    effect: "read",
    summary: "See how far a revocation has come",
    description:
      "Of one that has ended, `wait=verifiers` waits until every verifier refuses what it has revoked, or for the timeout. One that is still running is answered at once.",
    permission: "keys:read",
    params,
    query: barrierQuery,
    body: undefined,
    status: 200,
    response: followedRevocationResource,
    failures: ["not_found"],
  }),
  "revocations.cancel": operation({
    method: "POST",
    path: "/v1/revocations/{revocation}/cancel",
    tag,
    effect: "write",
    summary: "Stop a revocation",
    description:
      "What has been revoked stays so. One that has ended stays as it is: `status` says how.",
    permission: "revocations:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: revocationResource,
    idempotent: true,
    conditional: true,
    failures: ["not_found", "precondition_failed", "idempotency_key_reused"],
  }),
};
