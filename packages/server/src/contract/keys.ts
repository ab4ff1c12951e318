import { z } from "zod";
import { barrierQuery } from "./barrier.ts";
import { keyFilter } from "./key-filter.ts";
import {
  CREDENTIAL_CHARS_MAX,
  IMPORT_ITEMS_MAX,
  OVERLAP_SECONDS_DEFAULT,
  OVERLAP_SECONDS_MAX,
} from "./limits.ts";
import { creditsInput, limitsInput, planReference } from "./limit-schemas.ts";
import { operation } from "./operation.ts";
import {
  issuedKeyResource,
  issuedSecretResource,
  keyResource,
  revokedKeyResource,
  rotatedKeyResource,
  secretInUseResource,
} from "./resources.ts";
import {
  environment,
  idParam,
  instantInput,
  keyStatus,
  listOf,
  metadataInput,
  name,
  noParams,
  noQuery,
  pageQuery,
  reference,
  restrictionsInput,
  roleNames,
  scopeGrants,
  text,
} from "./schemas.ts";

const tag = "Keys";
const params = z.strictObject({ key: idParam("key") });

const filter = {
  ...keyFilter,
  status: keyStatus.exactOptional(),
  q: z.string().max(CREDENTIAL_CHARS_MAX).exactOptional().meta({
    description:
      "A part of the name, a key id, the last four characters, the owner's external id, or a whole key. A whole key belongs in `POST /v1/keys/search`, whose body is in no access log.",
  }),
};

const restrictions = restrictionsInput.nullable().exactOptional();
const expiresAt = instantInput.nullable().exactOptional();

const newKey = {
  api: reference,
  name,
  owner: reference,
  kind: z.enum(["secret", "publishable"]).default("secret").meta({
    description: "A publishable key may stand in a browser or an app: it can only read",
  }),
  environment: environment.default("live"),
  scopes: scopeGrants.exactOptional(),
  roles: roleNames.exactOptional(),
  restrictions,
  plan: planReference,
  limits: limitsInput("key").exactOptional(),
  metadata: metadataInput.exactOptional(),
  expires_at: expiresAt,
};

export const keyOperations = {
  "keys.list": operation({
    method: "GET",
    path: "/v1/keys",
    tag,
    effect: "read",
    summary: "List keys, newest first",
    permission: "keys:read",
    params: noParams,
    query: z.strictObject({ ...pageQuery, ...filter }),
    body: undefined,
    status: 200,
    response: listOf(keyResource),
    failures: ["not_found", "invalid_cursor"],
  }),
  "keys.search": operation({
    method: "POST",
    path: "/v1/keys/search",
    tag,
    effect: "read",
    summary: "Find keys, also by a whole pasted key",
    description:
      "The same as the list, with the question in the body, where no access log sees it.",
    permission: "keys:read",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      limit: z.number().int().min(1).max(250).default(50),
      cursor: z.string().max(512).exactOptional(),
      ...filter,
    }),
    status: 200,
    response: listOf(keyResource),
    failures: ["not_found", "invalid_cursor"],
  }),
  "keys.create": operation({
    method: "POST",
    path: "/v1/keys",
    tag,
    effect: "write",
    summary: "Create a key",
    description:
      "The answer shows the whole key, this once. An unknown owner is created on the way. Without `expires_at` the api's default lifetime counts.",
    permission: "keys:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject(newKey),
    status: 201,
    response: issuedKeyResource,
    reveals: true,
    idempotent: true,
    failures: [
      "not_found",
      "owner_disabled",
      "reauth_required",
      "exceeds_own_permissions",
      "policy_violation",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "keys.import": operation({
    method: "POST",
    path: "/v1/keys/import",
    tag,
    effect: "write",
    summary: "Bring keys that were issued elsewhere",
    description:
      "Of each key, the SHA-256 of its whole text: whoever holds it goes on using it, and nobody sees it here. Each item is imported, is there already (by its digest, so a batch may be repeated), or is refused by itself. Without `expires_at` the api's default lifetime counts.",
    permission: "keys:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      items: z
        .array(
          z.strictObject({
            sha256: z
              .string()
              .regex(/^[0-9a-f]{64}$/)
              .meta({ description: "64 hexadecimal digits, in lower case" }),
            hint: z
              .string()
              .regex(/^[\x21-\x7e]{1,4}$/)
              .exactOptional()
              .meta({ description: "The last four characters of the key, if they are known" }),
            disabled: z.boolean().exactOptional(),
            ...newKey,
          }),
        )
        .min(1)
        .max(IMPORT_ITEMS_MAX),
    }),
    status: 200,
    response: z
      .strictObject({
        data: z.array(
          z.strictObject({
            outcome: z.enum(["imported", "exists", "refused"]),
            id: z
              .string()
              .exactOptional()
              .meta({ description: "The key; not where it is refused" }),
            code: z.string().exactOptional().meta({ description: "Why it is refused" }),
            detail: z.string().exactOptional(),
          }),
        ),
      })
      .meta({ id: "ImportedKeys" }),
    failures: ["reauth_required", "digest_taken"],
  }),
  "keys.get": operation({
    method: "GET",
    path: "/v1/keys/{key}",
    tag,
    effect: "read",
    summary: "Get a key",
    permission: "keys:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: keyResource,
    failures: ["not_found"],
  }),
  "keys.update": operation({
    method: "PATCH",
    path: "/v1/keys/{key}",
    tag,
    effect: "write",
    summary: "Change a key",
    description: "What is left out stays; null clears. A revoked key cannot be changed.",
    permission: "keys:write",
    params,
    query: noQuery,
    body: z.strictObject({
      name: name.exactOptional(),
      owner: reference.exactOptional(),
      scopes: scopeGrants.exactOptional(),
      roles: roleNames.exactOptional(),
      restrictions,
      plan: planReference,
      limits: limitsInput("key").exactOptional(),
      metadata: metadataInput.exactOptional(),
      expires_at: expiresAt,
    }),
    status: 200,
    response: keyResource,
    conditional: true,
    failures: [
      "not_found",
      "owner_disabled",
      "key_revoked",
      "own_key",
      "reauth_required",
      "exceeds_own_permissions",
      "policy_violation",
      "precondition_failed",
    ],
  }),
  "keys.rotate": operation({
    method: "POST",
    path: "/v1/keys/{key}/rotate",
    tag,
    effect: "write",
    summary: "Give a key a new secret, with an overlap",
    description:
      "The key, its policy and its history stay. Its present secrets stop after the overlap, never later than they would have. While an earlier overlap runs, `force` is needed.",
    permission: "keys:write",
    params,
    query: noQuery,
    body: z.strictObject({
      overlap_seconds: z
        .number()
        .int()
        .min(0)
        .max(OVERLAP_SECONDS_MAX)
        .default(OVERLAP_SECONDS_DEFAULT),
      force: z.boolean().default(false),
    }),
    bodyOptional: true,
    status: 200,
    response: rotatedKeyResource,
    reveals: true,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "key_revoked",
      "key_expired",
      "rotation_in_progress",
      "too_many_secrets",
      "own_key",
      "reauth_required",
      "exceeds_own_permissions",
      "policy_violation",
      "precondition_failed",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "keys.revoke": operation({
    method: "POST",
    path: "/v1/keys/{key}/revoke",
    tag,
    effect: "write",
    summary: "Refuse a key for ever",
    description:
      "Once this is answered the server refuses the key. There is no way back. Revoking again changes nothing. With `wait=verifiers` the answer comes when every verifier refuses it too, or after the timeout; `effective_by` says by when a verifier does that has not answered.",
    permission: "keys:write",
    params,
    query: barrierQuery,
    body: z.strictObject({ reason: text(500).exactOptional() }),
    bodyOptional: true,
    status: 200,
    response: revokedKeyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "keys.disable": operation({
    method: "POST",
    path: "/v1/keys/{key}/disable",
    tag,
    effect: "write",
    summary: "Refuse a key until it is enabled again",
    permission: "keys:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: keyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "key_revoked",
      "own_key",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "keys.credits.add": operation({
    method: "POST",
    path: "/v1/keys/{key}/credits",
    tag,
    effect: "write",
    summary: "Add units to the credits of a key",
    description:
      "What was spent stays spent. Credits that the key has by its plan become its own, with what is added. Give an `Idempotency-Key`, so that a payment that is told twice is added once.",
    permission: "keys:write",
    params,
    query: noQuery,
    body: creditsInput,
    status: 200,
    response: keyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "key_revoked",
      "reauth_required",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "keys.enable": operation({
    method: "POST",
    path: "/v1/keys/{key}/enable",
    tag,
    effect: "write",
    summary: "Accept a disabled key again",
    permission: "keys:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: keyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "key_revoked",
      "reauth_required",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "keys.delete": operation({
    method: "DELETE",
    path: "/v1/keys/{key}",
    tag,
    effect: "write",
    summary: "Delete a revoked key",
    description: "Its record goes, its audit events stay. Revoke it first.",
    permission: "keys:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: ["not_found", "key_not_revoked", "exceeds_own_permissions", "precondition_failed"],
  }),
  "keys.secrets.list": operation({
    method: "GET",
    path: "/v1/keys/{key}/secrets",
    tag,
    effect: "read",
    summary: "List the secrets of a key",
    description:
      "All of them: a key has at most 5. Of a secret only its last four characters are known.",
    permission: "keys:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: listOf(secretInUseResource),
    failures: ["not_found"],
  }),
  "keys.secrets.add": operation({
    method: "POST",
    path: "/v1/keys/{key}/secrets",
    tag,
    effect: "write",
    summary: "Add a secret to a key",
    description: "The others stay as they are: for staged roll-outs, where rotation is too quick.",
    permission: "keys:write",
    params,
    query: noQuery,
    body: z.strictObject({
      not_before: instantInput.nullable().exactOptional(),
      expires_at: instantInput.nullable().exactOptional(),
    }),
    bodyOptional: true,
    status: 201,
    response: issuedSecretResource,
    reveals: true,
    idempotent: true,
    failures: [
      "not_found",
      "key_revoked",
      "key_expired",
      "too_many_secrets",
      "own_key",
      "reauth_required",
      "exceeds_own_permissions",
      "policy_violation",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "keys.secrets.remove": operation({
    method: "DELETE",
    path: "/v1/keys/{key}/secrets/{secret}",
    tag,
    effect: "write",
    summary: "Refuse one secret of a key for ever",
    description: "A key keeps at least one secret: to refuse the last one, revoke the key.",
    permission: "keys:write",
    params: params.extend({ secret: idParam("secret") }),
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    failures: ["not_found", "last_secret", "own_key", "exceeds_own_permissions"],
  }),
};
