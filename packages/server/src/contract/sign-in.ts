// How a person comes in and goes out, and who one is.
import { z } from "zod";
import { operation } from "./operation.ts";
import { ANY_CALLER, ANYONE } from "./permissions.ts";
import { meResource } from "./resources.ts";
import { noParams, noQuery } from "./schemas.ts";

const tag = "Sign-in";
const providerParams = z.strictObject({ provider: z.string().max(32) });

export const signInOperations = {
  "signIn.link": operation({
    method: "POST",
    path: "/v1/sign-in/link",
    tag,
    effect: "sign_in",
    summary: "Sign in by a link",
    description:
      "For the page that a sign-in link opens. Answers with the cookie of a session, and uses the link up.",
    permission: ANYONE,
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      token: z.string().min(1).max(200).meta({ description: "What follows `token=` in the link" }),
    }),
    status: 204,
    response: undefined,
    failures: ["invalid_sign_in_link", "insecure_transport", "storage_full"],
  }),
  "signIn.providers": operation({
    method: "GET",
    path: "/v1/sign-in/providers",
    tag,
    effect: "sign_in",
    summary: "List the OpenID Providers by which people sign in",
    permission: ANYONE,
    params: noParams,
    query: noQuery,
    body: undefined,
    status: 200,
    response: z.strictObject({
      data: z.array(z.strictObject({ id: z.string(), name: z.string() })),
    }),
    failures: [],
  }),
  "signIn.begin": operation({
    method: "GET",
    path: "/v1/sign-in/oidc/{provider}",
    tag,
    effect: "sign_in",
    clientless: true,
    summary: "Send the browser to an OpenID Provider",
    permission: ANYONE,
    params: providerParams,
    query: z.strictObject({
      return_to: z
        .string()
        .max(2_000)
        .regex(/^\/(?![/\\])[\x21-\x7e]*$/, "must be a path of ours")
        .default("/")
        .meta({ description: "Where the browser goes when it is signed in" }),
      fresh: z
        .enum(["0", "1"])
        .default("0")
        .meta({ description: "`1`: have the provider ask anew, for what needs a recent sign-in" }),
    }),
    body: undefined,
    status: 303,
    response: undefined,
    failures: ["not_found", "insecure_transport"],
  }),
  "signIn.callback": operation({
    method: "GET",
    path: "/v1/sign-in/oidc/{provider}/callback",
    tag,
    effect: "sign_in",
    clientless: true,
    summary: "Come back from an OpenID Provider",
    description:
      "Sends the browser on, signed in; or to `/#/sign-in?error=CODE`, where CODE is `sign_in_failed`, `not_a_member`, `too_many` or `unavailable`.",
    permission: ANYONE,
    params: providerParams,
    query: z.looseObject({}),
    body: undefined,
    status: 303,
    response: undefined,
    failures: ["not_found", "insecure_transport"],
  }),
  "signIn.backchannel": operation({
    method: "POST",
    path: "/v1/sign-in/oidc/{provider}/logout",
    tag,
    effect: "sign_in",
    clientless: true,
    summary: "Hear of a sign-out from an OpenID Provider",
    description:
      "OpenID Connect Back-Channel Logout: a form with `logout_token`. Ends the session that it names, or all of that person.",
    permission: ANYONE,
    params: providerParams,
    query: noQuery,
    body: z.strictObject({ logout_token: z.string().max(16_384) }),
    status: 200,
    response: undefined,
    failures: ["not_found", "sign_in_failed", "storage_full"],
  }),
  signOut: operation({
    method: "POST",
    path: "/v1/sign-out",
    tag,
    effect: "sign_in",
    summary: "Sign out",
    description: "Ends the session of the browser, and has it forget what it keeps of Keyward.",
    permission: ANYONE,
    params: noParams,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    failures: ["storage_full"],
  }),
  me: operation({
    method: "GET",
    path: "/v1/me",
    tag,
    effect: "read",
    summary: "Who calls, and what they may do",
    permission: ANY_CALLER,
    params: noParams,
    query: noQuery,
    body: undefined,
    status: 200,
    response: meResource,
    failures: [],
  }),
};
