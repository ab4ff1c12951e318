import { z } from "zod";
import { CREDENTIAL_CHARS_MAX, LEAK_URL_CHARS_MAX, LEAKS_PER_BATCH_MAX } from "./limits.ts";
import { operation } from "./operation.ts";
import { ANYONE } from "./permissions.ts";
import { keylessText, noParams, noQuery } from "./schemas.ts";

const tag = "Leaks";

/** GitHub's own form: https://docs.github.com/code-security/secret-scanning, "partner program". */
export const githubMatches = z
  .array(
    z.object({
      token: z.string().max(CREDENTIAL_CHARS_MAX),
      type: z.string().max(200),
      url: z.string().max(4_096).nullish(),
    }),
  )
  .max(LEAKS_PER_BATCH_MAX);

export const leakOperations = {
  "leaks.report": operation({
    method: "POST",
    path: "/v1/leaks",
    tag,
    effect: "report",
    summary: "Report a key that is where none belongs",
    description:
      "For whoever has found one: to hold it is all the proof that is asked for. What becomes of the key is what its api has settled. Each network may report one a second, after a first twenty.",
    permission: ANYONE,
    params: noParams,
    query: noQuery,
    body: z.strictObject({
      credential: z.string().min(1).max(CREDENTIAL_CHARS_MAX),
      url: keylessText(LEAK_URL_CHARS_MAX).exactOptional().meta({
        description: "Where it was found",
      }),
    }),
    status: 200,
    response: z
      .strictObject({
        outcome: z.enum(["reported", "unknown"]).meta({
          description: "`unknown`: there is no such key here",
        }),
      })
      .meta({ id: "LeakReceipt" }),
    failures: ["storage_full"],
  }),
  "leaks.github": operation({
    method: "POST",
    path: "/v1/leaks/github",
    tag,
    effect: "report",
    summary: "Take what GitHub's secret scanning has found",
    description:
      "The partner programme's endpoint: signed by GitHub over the body as it is, and answered with a label for each match. Only where KEYWARD_GITHUB_KEYS_URL is set.",
    permission: ANYONE,
    params: noParams,
    query: noQuery,
    body: githubMatches,
    status: 200,
    response: z.array(
      z.strictObject({
        token_hash: z.string().meta({ description: "SHA-256 of the token, hexadecimal" }),
        token_type: z.string(),
        label: z.enum(["true_positive", "false_positive"]),
      }),
    ),
    clientless: true,
    failures: ["not_found", "unauthenticated", "storage_full"],
  }),
};
