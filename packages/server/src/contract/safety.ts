import { z } from "zod";
import { SAFETY_KEYS_MAX } from "./limits.ts";
import { operation } from "./operation.ts";
import { environment, listOf, noParams, pageQuery, reference } from "./schemas.ts";

/** What can be unsafe about a key, the most urgent first: spec/key-safety.md. */
export const SAFETY_FINDINGS = [
  "leaked",
  "secret_key_in_browser",
  "many_networks",
  "wildcard_scope",
  "no_expiry",
  "no_limit",
  "idle",
] as const;

const findingResource = z
  .strictObject({
    finding: z.enum(SAFETY_FINDINGS),
    key: z.string(),
    key_name: z.string(),
    owner: z.string().meta({ description: "Its external id" }),
    api: z.string().meta({ description: "The prefix" }),
    environment: z.enum(["live", "test"]),
    detail: z.string(),
    action: z
      .strictObject({ operation: z.string(), summary: z.string() })
      .meta({ description: "What would mend it: the operation of this API, and in words" }),
  })
  .meta({ id: "SafetyFinding" });

export const safetyOperations = {
  "safety.list": operation({
    method: "GET",
    path: "/v1/key-safety",
    tag: "Keys",
    effect: "read",
    summary: "Look for what is unsafe about keys",
    description: `Of keys that are not revoked, newest first. A page looks at ${SAFETY_KEYS_MAX} keys, so it may hold nothing and still have a next one.`,
    permission: "keys:read",
    params: noParams,
    query: z.strictObject({
      cursor: pageQuery.cursor,
      api: reference.exactOptional().meta({ description: "The api's id or its prefix" }),
      environment: environment.exactOptional(),
      finding: z.enum(SAFETY_FINDINGS).exactOptional(),
    }),
    body: undefined,
    status: 200,
    response: listOf(findingResource),
    failures: ["invalid_cursor", "not_found"],
  }),
};
