import { z } from "zod";
import {
  OVERLAP_SECONDS_DEFAULT,
  OVERLAP_SECONDS_MAX,
  TOKEN_SECONDS_DEFAULT,
  TOKEN_SECONDS_MAX,
  TOKEN_SECONDS_MIN,
} from "./limits.ts";
import { operation } from "./operation.ts";
import { ANY_CALLER } from "./permissions.ts";
import { issuedKeyResource, keyResource } from "./resources.ts";
import {
  environment,
  idParam,
  keyStatus,
  listOf,
  name,
  noParams,
  noQuery,
  pageQuery,
  reference,
  restrictionsInput,
  scopeGrants,
  text,
} from "./schemas.ts";

const tag = "Tokens";
const params = z.strictObject({ token: idParam("key") });
const lifetime = z.number().int().min(TOKEN_SECONDS_MIN).max(TOKEN_SECONDS_MAX);

export const tokenOperations = {
  "tokens.list": operation({
    method: "GET",
    path: "/v1/tokens",
    tag,
    effect: "read",
    summary: "List personal access tokens",
    description:
      "One's own. `keys:read` sees those of every user, and is needed by a management key.",
    permission: ANY_CALLER,
    params: noParams,
    query: z.strictObject({
      ...pageQuery,
      owner: reference
        .exactOptional()
        .meta({ description: "Of this user: an owner's id or external id; `*` is of all" }),
      status: keyStatus.exactOptional(),
    }),
    body: undefined,
    status: 200,
    response: listOf(keyResource),
    failures: ["not_found", "invalid_cursor"],
  }),
  "tokens.create": operation({
    method: "POST",
    path: "/v1/tokens",
    tag,
    effect: "write",
    summary: "Create a personal access token",
    description:
      "A key of kind `pat`: it acts for one user, may never do what they may not, and ends. A member makes their own, for Keyward itself; whoever has `keys:write` makes those of the users of an api.",
    permission: ANY_CALLER,
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      name,
      api: reference.exactOptional().meta({ description: "Keyward itself if left out" }),
      owner: reference
        .exactOptional()
        .meta({ description: "An owner of type user, by id or external id; oneself if left out" }),
      scopes: scopeGrants,
      environment: environment.default("live"),
      restrictions: restrictionsInput.exactOptional(),
      lifetime_seconds: lifetime.exactOptional().meta({
        description: `What a policy gives, or else ${TOKEN_SECONDS_DEFAULT}`,
      }),
    }),
    status: 201,
    response: issuedKeyResource,
    reveals: true,
    idempotent: true,
    failures: [
      "reauth_required",
      "not_found",
      "owner_disabled",
      "exceeds_own_permissions",
      "policy_violation",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "tokens.renew": operation({
    method: "POST",
    path: "/v1/tokens/{token}/renew",
    tag,
    effect: "write",
    summary: "Renew a personal access token",
    description:
      "A new secret and a later end, for the token itself or its user, before it has ended and up to two years after it was made. The secret before works on for `overlap_seconds`; shown here again, it ends the token, because somebody else has it. A member who came by an OpenID Provider has to be known there still.",
    permission: ANY_CALLER,
    params,
    query: noQuery,
    body: z.strictObject({
      overlap_seconds: z
        .number()
        .int()
        .min(0)
        .max(OVERLAP_SECONDS_MAX)
        .default(OVERLAP_SECONDS_DEFAULT),
      lifetime_seconds: lifetime
        .exactOptional()
        .meta({ description: "As long as it was given last, if left out" }),
    }),
    bodyOptional: true,
    status: 200,
    response: issuedKeyResource,
    reveals: true,
    idempotent: true,
    failures: [
      "reauth_required",
      "user_gone",
      "not_found",
      "key_revoked",
      "key_expired",
      "owner_disabled",
      "too_many_secrets",
      "exceeds_own_permissions",
      "policy_violation",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "tokens.approve": operation({
    method: "POST",
    path: "/v1/tokens/{token}/approve",
    tag,
    effect: "write",
    summary: "Approve a personal access token",
    description:
      "One that is `pending`, because a policy asks for approvals: until then it is refused as `not_yet_valid`. Nobody approves their own.",
    permission: "tokens:approve",
    params,
    query: noQuery,
    body: z.strictObject({ reason: text(500).exactOptional() }),
    bodyOptional: true,
    status: 200,
    response: keyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "reauth_required",
      "own_key",
      "key_revoked",
      "key_expired",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "tokens.deny": operation({
    method: "POST",
    path: "/v1/tokens/{token}/deny",
    tag,
    effect: "write",
    summary: "Deny a personal access token",
    description: "One that is `pending`. It is revoked, with the reason.",
    permission: "tokens:approve",
    params,
    query: noQuery,
    body: z.strictObject({ reason: text(500) }),
    status: 200,
    response: keyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "reauth_required",
      "own_key",
      "key_not_pending",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "tokens.revoke": operation({
    method: "POST",
    path: "/v1/tokens/{token}/revoke",
    tag,
    effect: "write",
    summary: "Revoke a personal access token",
    description:
      "One's own; with `keys:write`, anybody's. To suspend all tokens of a user at once, and undo it, disable the owner.",
    permission: ANY_CALLER,
    params,
    query: noQuery,
    body: z.strictObject({ reason: text(500).exactOptional() }),
    bodyOptional: true,
    status: 200,
    response: keyResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
};
