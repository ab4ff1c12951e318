// How a person comes in and goes out, and who one is.
import { z } from "zod";
import { operation } from "./operation.ts";
import { ANY_CALLER, ANYONE } from "./permissions.ts";
import { meResource } from "./resources.ts";
import { noParams, noQuery } from "./schemas.ts";

const tag = "Sign-in";

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
