// How a member signs in a program: the command line, in a browser.
import { z } from "zod";
import { operation } from "./operation.ts";
import { ANY_CALLER } from "./permissions.ts";
import { idParam, instantOutput, noParams, noQuery } from "./schemas.ts";

const tag = "Sign-in";
const params = z.strictObject({ login: idParam("login") });

/** RFC 8252 §7.3: this machine, by its number, and whatever port the program could get. */
export const LOOPBACK_REDIRECT =
  /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5}\/[A-Za-z0-9/_-]{0,64}$/;

/** The one program that is signed in so. It has no secret, because everybody has it (RFC 8252 §8.5). */
export const COMMAND_LINE_CLIENT = "keyward-cli";

export const loginOperations = {
  "logins.find": operation({
    method: "POST",
    path: "/v1/logins/find",
    tag,
    effect: "write",
    summary: "Find a program that waits to be signed in, by the code that it shows",
    description:
      "`login` is null where no program waits with that code. A few wrong codes in ten minutes, and no more.",
    permission: ANY_CALLER,
    params: noParams,
    query: noQuery,
    body: z.strictObject({ user_code: z.string().min(1).max(32) }),
    status: 200,
    response: z.strictObject({
      login: z
        .strictObject({
          id: z.string(),
          ip: z.string().nullable().meta({ description: "Where the program asked from" }),
          user_agent: z.string().nullable(),
          asked_at: instantOutput,
          expires_at: instantOutput,
        })
        .meta({ id: "Login" })
        .nullable(),
    }),
    failures: ["members_only", "too_many"],
  }),
  "logins.approve": operation({
    method: "POST",
    path: "/v1/logins/{login}/approve",
    tag,
    effect: "write",
    summary: "Sign a program in as oneself",
    description:
      "It gets a session of twelve hours, as fresh as one's own. Only for a member in a browser, who has just signed in.",
    permission: ANY_CALLER,
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    failures: ["members_only", "not_found", "reauth_required"],
  }),
  "logins.deny": operation({
    method: "POST",
    path: "/v1/logins/{login}/deny",
    tag,
    effect: "write",
    summary: "Refuse to sign a program in",
    permission: ANY_CALLER,
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    failures: ["members_only", "not_found"],
  }),
  "logins.authorize": operation({
    method: "POST",
    path: "/v1/logins",
    tag,
    effect: "write",
    summary: "Answer a program on this machine that asks to be signed in",
    description:
      "For the page `/authorize`: an authorization request (RFC 6749 §4.1.1) with PKCE by S256 (RFC 7636), of the command line, whose redirect URI is a port of this machine (RFC 8252 §7.3). The answer is where the browser goes; its code works once, within a minute.",
    permission: ANY_CALLER,
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      response_type: z.literal("code"),
      client_id: z.literal(COMMAND_LINE_CLIENT),
      redirect_uri: z.string().max(200).regex(LOOPBACK_REDIRECT, "must be a port of this machine"),
      code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "must be a SHA-256 in base64url"),
      code_challenge_method: z.literal("S256"),
      state: z.string().regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 visible characters"),
      approve: z.boolean(),
    }),
    status: 200,
    response: z.strictObject({ redirect_to: z.string() }),
    reveals: true,
    failures: ["members_only", "reauth_required"],
  }),
};
