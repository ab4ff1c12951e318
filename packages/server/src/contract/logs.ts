import { LOG_ENTRIES_MAX, LOG_KEPT_DAYS } from "@keyward/core/log/entry";
import { FILTER_CHARS_MAX } from "@keyward/core/log/parse-filter";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { z } from "zod";
import { LOG_SCAN_MAX, LOG_TAIL_SECONDS_MAX } from "./limits.ts";
import { operation } from "./operation.ts";
import { instantInput, instantOutput, listOf, noParams, pageQuery, countText } from "./schemas.ts";

const denialCode = z.enum(Object.keys(DENIALS) as [DenialCode, ...DenialCode[]]);
const text = z.string().nullable();

const logEntryResource = z
  .strictObject({
    id: z.string(),
    at: instantOutput,
    outcome: z.enum(["allowed", "denied"]),
    code: z.enum(["allowed", ...denialCode.options]),
    status: z.number().int(),
    key: text.meta({ description: "Null for what is no key of the workspace" }),
    key_name: text,
    owner: text.meta({ description: "Its external id" }),
    owner_id: text,
    api: text.meta({ description: "The prefix" }),
    api_id: text,
    environment: z.enum(["live", "test"]).nullable(),
    brand: text.meta({
      description: "What a text that is no key begins with, if it begins like one",
    }),
    tag: text,
    cost: z.number().int(),
    method: text,
    path: text.meta({ description: "Without its query" }),
    network: text.meta({ description: "IPv4 /24, IPv6 /48" }),
    agent: text.meta({ description: "The product of the User-Agent" }),
    reporter: z.string().meta({ description: "The process that decided" }),
    trace: z
      .array(z.strictObject({ check: denialCode, passed: z.boolean(), detail: text }))
      .meta({ description: "The checks in their order, up to the one that refused" }),
    more: z.number().int().meta({
      description:
        "Further decisions like this one, within the same second or so, that are not written down",
    }),
  })
  .meta({ id: "LogEntry" });

const filter = z.string().max(FILTER_CHARS_MAX).exactOptional().meta({
  description: "Such as `outcome:denied not code:expired network:192.0.2.0/24`; see spec/logs.md",
});

const kept = `Kept for ${LOG_KEPT_DAYS} days, at most the last ${LOG_ENTRIES_MAX}. A choice, of each second what was refused first: \`GET /v1/usage\` counts everything.`;

export const logOperations = {
  "logs.list": operation({
    method: "GET",
    path: "/v1/logs",
    tag: "Logs",
    effect: "read",
    summary: "List decisions, newest first",
    description: `${kept} A page looks through ${LOG_SCAN_MAX} decisions at most, so it may hold fewer than asked for, or none, and still have a next one.`,
    permission: "logs:read",
    params: noParams,
    query: z.strictObject({
      ...pageQuery,
      filter,
      from: instantInput.exactOptional().meta({ format: "date-time" }),
      to: instantInput.exactOptional().meta({
        format: "date-time",
        description: "Not in the range itself",
      }),
    }),
    body: undefined,
    status: 200,
    response: listOf(logEntryResource),
    failures: ["invalid_cursor"],
  }),
  "logs.tail": operation({
    method: "GET",
    path: "/v1/logs/tail",
    tag: "Logs",
    effect: "read",
    summary: "Follow decisions as they are reported",
    description:
      "Server-sent events, each with an entry as `GET /v1/logs` has them. A reader that does not keep up is cut off, and every one after 15 minutes: ask again.",
    permission: "logs:read",
    params: noParams,
    query: z.strictObject({
      filter,
      seconds: countText(LOG_TAIL_SECONDS_MAX)
        .default(LOG_TAIL_SECONDS_MAX)
        .meta({ description: `For how long, 1 to ${LOG_TAIL_SECONDS_MAX}` }),
    }),
    body: undefined,
    status: 200,
    response: undefined,
    streams: "text/event-stream",
    clientless: true,
    failures: [],
  }),
};
