import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { z } from "zod";
import { USAGE_TOP_DEFAULT, USAGE_TOP_MAX } from "./limits.ts";
import { operation } from "./operation.ts";
import {
  environment,
  idParam,
  instantInput,
  instantOutput,
  noParams,
  reference,
  tagInput,
  countText,
} from "./schemas.ts";

const denialCodes = Object.keys(DENIALS) as [DenialCode, ...DenialCode[]];
const code = z.enum(["allowed", ...denialCodes]);
const whole = z.number().int();

const sums = {
  count: whole.meta({ description: "All decisions" }),
  allowed: whole,
  denied: whole,
  cost: whole.meta({ description: "Of what was allowed" }),
};
const range = { from: instantOutput, to: instantOutput };

/** The zones of the tz database that this runtime knows (RFC 9557 §4). */
const timeZone = z.string().max(64).refine(isTimeZone, "must be a zone such as Europe/Berlin");

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const top = countText(USAGE_TOP_MAX)
  .default(USAGE_TOP_DEFAULT)
  .meta({ description: `Groups that are told apart, 1 to ${USAGE_TOP_MAX}` });

const format = z.enum(["json", "csv", "ndjson"]).exactOptional().meta({
  description: "As `Accept: text/csv` or `application/x-ndjson` ask for: the rows alone",
});

const within = {
  from: instantInput.exactOptional().meta({
    format: "date-time",
    description: "30 days before `to` if left out",
  }),
  to: instantInput.exactOptional().meta({
    format: "date-time",
    description: "Now, if left out; not in the range itself",
  }),
};

const networks = whole.nullable();

export const usageOperations = {
  "usage.get": operation({
    method: "GET",
    path: "/v1/usage",
    tag: "Usage",
    effect: "read",
    summary: "Sum up what keys were used for",
    description:
      "Decisions in buckets of time, and of the most frequent of a group. The range is widened to whole buckets. Minutes are kept for 7 days, hours for 90, days for 3 years. What was decided a second ago may not be in it yet.",
    permission: "usage:read",
    params: noParams,
    query: z.strictObject({
      ...within,
      grain: z.enum(["minute", "hour", "day"]).exactOptional().meta({
        description: "What suits the range, if left out",
      }),
      time_zone: timeZone.default("UTC").meta({
        description:
          "Where days begin. In other zones than UTC days are sums of hours, so they reach 90 days back, and begin at a whole hour of UTC",
      }),
      api: reference.exactOptional().meta({ description: "The api's id or its prefix" }),
      environment: environment.exactOptional(),
      owner: reference
        .exactOptional()
        .meta({ description: "Who held the key then: the owner's id or its external id" }),
      plan: reference.exactOptional().meta({
        description:
          "By which the key was limited then, its own or its owner's: the plan's id or its name",
      }),
      key: idParam("key").exactOptional(),
      client: idParam("client").exactOptional(),
      outcome: z.enum(["allowed", "denied"]).exactOptional(),
      code: code.exactOptional(),
      tag: tagInput.exactOptional(),
      group_by: z
        .enum(["key", "owner", "plan", "api", "environment", "code", "tag"])
        .exactOptional(),
      top,
      format,
      compare: z.literal("previous").exactOptional().meta({
        description: "Also sum up the time before the range, of the same length",
      }),
    }),
    body: undefined,
    status: 200,
    response: z
      .strictObject({
        ...range,
        grain: z.enum(["minute", "hour", "day"]),
        time_zone: z.string(),
        totals: z.strictObject(sums),
        networks: networks.meta({
          description:
            "Distinct networks that the key or client was used from on the days of the range, whatever was decided; exact up to 64, kept for 90 days; null unless one is named",
        }),
        previous: z.strictObject({ ...range, ...sums }).nullable(),
        buckets: z.array(z.strictObject({ at: instantOutput, ...sums })),
        groups: z
          .array(
            z.strictObject({
              value: z.string().nullable().meta({
                description:
                  "An id, an environment, a code or a tag; null for decisions about none",
              }),
              name: z.string().nullable().meta({ description: "What people call it" }),
              ...sums,
              networks: networks.meta({
                description: "The same of the key of the group; null in groups of something else",
              }),
            }),
          )
          .nullable()
          .meta({ description: "The most frequent first; null without `group_by`" }),
        others: z.strictObject(sums).nullable().meta({
          description: "All groups beyond `top` together",
        }),
      })
      .meta({ id: "Usage" }),
    rows: ["groups", "buckets"],
    failures: ["not_found"],
  }),
  "usage.strangers": operation({
    method: "GET",
    path: "/v1/usage/strangers",
    tag: "Usage",
    effect: "read",
    summary: "See where attempts with what is no key came from",
    description:
      "By network (IPv4 /24, IPv6 /48) and by the brand that the text began with, the most frequent first. In whole hours, kept for 90 days. None is blamed for more than it did: what cannot be told apart has no network.",
    permission: "usage:read",
    params: noParams,
    query: z.strictObject({ ...within, top, format }),
    body: undefined,
    status: 200,
    response: z
      .strictObject({
        ...range,
        data: z.array(
          z.strictObject({
            code: z.string(),
            network: z.string().nullable(),
            brand: z.string().nullable(),
            count: whole,
          }),
        ),
      })
      .meta({ id: "Strangers" }),
    rows: ["data"],
    failures: [],
  }),
};
