import { z } from "zod";
import {
  EMAIL_CHARS_MAX,
  SIGN_IN_LINK_SECONDS_DEFAULT,
  SIGN_IN_LINK_SECONDS_MAX,
} from "./limits.ts";
import { operation } from "./operation.ts";
import { ANY_CALLER } from "./permissions.ts";
import { memberResource, memberRole, sessionResource, signInLinkResource } from "./resources.ts";
import { idParam, keylessText, listOf, name, noParams, noQuery, pageQuery } from "./schemas.ts";

const tag = "Members";
const params = z.strictObject({ member: idParam("member") });
const email = keylessText(EMAIL_CHARS_MAX)
  .regex(/^[^@\s\p{C}]+@[^@\s\p{C}]+$/u, "must be an email address")
  .transform((text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()))
  .nullable()
  .exactOptional();

export const memberOperations = {
  "members.list": operation({
    method: "GET",
    path: "/v1/members",
    tag,
    effect: "read",
    summary: "List members",
    permission: "members:read",
    params: noParams,
    query: z.strictObject({ ...pageQuery, q: keylessText(200).exactOptional() }),
    body: undefined,
    status: 200,
    response: listOf(memberResource),
    failures: ["invalid_cursor"],
  }),
  "members.create": operation({
    method: "POST",
    path: "/v1/members",
    tag,
    effect: "write",
    summary: "Add a member",
    description:
      "A person who is to manage the workspace in a browser. They come in by a link, or by an OpenID Provider that vouches for their email address. Nobody adds a member who may do more than they may themselves.",
    permission: "members:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({ name, email, role: memberRole }),
    status: 201,
    response: memberResource,
    idempotent: true,
    failures: [
      "reauth_required",
      "exceeds_own_permissions",
      "email_taken",
      "too_many",
      "idempotency_key_reused",
    ],
  }),
  "members.get": operation({
    method: "GET",
    path: "/v1/members/{member}",
    tag,
    effect: "read",
    summary: "Get a member",
    permission: "members:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: memberResource,
    failures: ["not_found"],
  }),
  "members.update": operation({
    method: "PATCH",
    path: "/v1/members/{member}",
    tag,
    effect: "write",
    summary: "Change a member",
    description: "A new role counts from the member's next request on. Nobody changes their own.",
    permission: "members:write",
    params,
    query: noQuery,
    body: z.strictObject({ name: name.exactOptional(), email, role: memberRole.exactOptional() }),
    status: 200,
    response: memberResource,
    conditional: true,
    failures: [
      "reauth_required",
      "not_found",
      "exceeds_own_permissions",
      "own_member",
      "email_taken",
      "last_owner",
      "precondition_failed",
    ],
  }),
  "members.disable": operation({
    method: "POST",
    path: "/v1/members/{member}/disable",
    tag,
    effect: "write",
    summary: "Disable a member",
    description:
      "Ends all their sessions at once. They cannot sign in again until they are enabled.",
    permission: "members:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: memberResource,
    idempotent: true,
    conditional: true,
    failures: [
      "not_found",
      "exceeds_own_permissions",
      "own_member",
      "last_owner",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "members.enable": operation({
    method: "POST",
    path: "/v1/members/{member}/enable",
    tag,
    effect: "write",
    summary: "Enable a member",
    permission: "members:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: memberResource,
    idempotent: true,
    conditional: true,
    failures: [
      "reauth_required",
      "not_found",
      "exceeds_own_permissions",
      "precondition_failed",
      "idempotency_key_reused",
    ],
  }),
  "members.delete": operation({
    method: "DELETE",
    path: "/v1/members/{member}",
    tag,
    effect: "write",
    summary: "Delete a member",
    description: "Ends all their sessions. What they did stays in the audit log.",
    permission: "members:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: [
      "not_found",
      "exceeds_own_permissions",
      "own_member",
      "last_owner",
      "precondition_failed",
    ],
  }),
  "members.link": operation({
    method: "POST",
    path: "/v1/members/{member}/link",
    tag,
    effect: "write",
    summary: "Make a sign-in link for a member",
    description:
      "It works once, and ends the member's link before it. Hand it over as you would a password. Who calls needs a management key without an end and without restrictions.",
    permission: "members:write",
    params,
    query: noQuery,
    body: z.strictObject({
      lifetime_seconds: z
        .number()
        .int()
        .min(60)
        .max(SIGN_IN_LINK_SECONDS_MAX)
        .default(SIGN_IN_LINK_SECONDS_DEFAULT),
    }),
    bodyOptional: true,
    status: 201,
    response: signInLinkResource,
    reveals: true,
    idempotent: true,
    failures: [
      "reauth_required",
      "not_found",
      "exceeds_own_permissions",
      "member_disabled",
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "sessions.list": operation({
    method: "GET",
    path: "/v1/sessions",
    tag,
    effect: "read",
    summary: "List sessions",
    description:
      "The browsers in which a member is signed in: one's own. `members:write` sees those of every member, and is needed by a management key.",
    permission: ANY_CALLER,
    params: noParams,
    query: z.strictObject({
      ...pageQuery,
      member: z
        .string()
        .max(64)
        .exactOptional()
        .meta({ description: "Of this member; `*` is of all" }),
    }),
    body: undefined,
    status: 200,
    response: listOf(sessionResource),
    failures: ["not_found", "invalid_cursor"],
  }),
  "sessions.end": operation({
    method: "DELETE",
    path: "/v1/sessions/{session}",
    tag,
    effect: "write",
    summary: "End a session",
    description: "One's own; with `members:write`, that of a member who may do no more.",
    permission: ANY_CALLER,
    params: z.strictObject({ session: idParam("session") }),
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    failures: ["not_found", "exceeds_own_permissions"],
  }),
};
