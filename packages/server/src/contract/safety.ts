import { z } from "zod";
import { NEEDED_DAYS_DEFAULT, NEEDED_DAYS_MAX, SAFETY_KEYS_MAX } from "./limits.ts";
import { operation } from "./operation.ts";
import {
  environment,
  idParam,
  listOf,
  noParams,
  pageQuery,
  reference,
  countText,
} from "./schemas.ts";

/** What can be unsafe about a key, the most urgent first: spec/key-safety.md. */
export const SAFETY_FINDINGS = [
  "leaked",
  "secret_key_in_browser",
  "many_networks",
  "wildcard_scope",
  "over_scoped",
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

const grants = z.strictObject({
  scopes: z.array(z.string()),
  roles: z.array(z.string()).meta({ description: "By their names" }),
});
const days = countText(NEEDED_DAYS_MAX)
  .default(NEEDED_DAYS_DEFAULT)
  .meta({
    description: `What was last needed before counts as not needed; 1 to ${NEEDED_DAYS_MAX}, ${NEEDED_DAYS_DEFAULT} if left out`,
  });
const day = z.string().meta({ format: "date" });

const shrinkingResource = z
  .strictObject({
    key: z.string(),
    rev: z.number().int().meta({ description: "Of the key as it was looked at: for `If-Match`" }),
    days: z.number().int(),
    outcome: z.enum(["more", "least", "unknown"]).meta({
      description: "Whether it is granted more than it needs, the least, or nobody can tell",
    }),
    detail: z.string().nullable().meta({ description: "Why nobody can tell" }),
    observed_since: day.nullable().meta({
      description: "The day since when its grants are the same and all that it needed is known",
    }),
    granted: grants,
    needed: z.array(z.strictObject({ any_of: z.array(z.string()), last_on: day })).meta({
      description:
        "What it needed within the days: one of these scopes. Empty where no scope was asked for, or it could not be told",
    }),
    unused: z.array(z.string()).meta({ description: "What it would no longer be granted" }),
    proposal: grants.nullable().meta({ description: "The body of a change of the key" }),
  })
  .meta({ id: "Shrinking" });

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
  "safety.shrink": operation({
    method: "GET",
    path: "/v1/keys/{key}/least-grants",
    tag: "Keys",
    effect: "read",
    summary: "Propose the least that a key has to be granted",
    description:
      "By what it was allowed on those days: with the proposal all of that would have been allowed, and no scope of it can be left out. It changes nothing: give the proposal to the change of the key, with `If-Match`.",
    permission: "keys:read",
    params: z.strictObject({ key: idParam("key") }),
    query: z.strictObject({ days }),
    body: undefined,
    status: 200,
    response: shrinkingResource,
    failures: ["not_found", "key_revoked"],
  }),
};
