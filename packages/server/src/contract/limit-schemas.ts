// Limits on the wire: spec/limits.md §2. Core reads them; here stands what the reference shows.
import { LIMITS_PER_SET_MAX, UNITS_MAX } from "@keyward/core/limit/limit";
import type { Limit } from "@keyward/core/limit/limit";
import { parseLimits } from "@keyward/core/limit/parse-limit";
import type { LimitPlace } from "@keyward/core/limit/parse-limit";
import { z } from "zod";
import { reference, text } from "./schemas.ts";

const subject = z.enum(["key", "owner", "api", "network"]);
const whenUnavailable = z.enum(["local", "deny", "allow"]);
const period = z.enum(["day", "week", "month", "year"]);
const units = z.number();

const common = {
  name: z.string().max(64).meta({ description: "Unique in its set: a-z 0-9 _ -" }),
  per: subject.nullable().exactOptional().meta({
    description: "Whom it counts; left out, what it is set on",
  }),
  dry_run: z.boolean().exactOptional().meta({ description: "Count and tell, but never refuse" }),
  when_unavailable: whenUnavailable.exactOptional().meta({
    description: "What it means while its store does not answer",
  }),
};

const limitInput = z.discriminatedUnion("kind", [
  z
    .strictObject({
      ...common,
      kind: z.literal("rate"),
      rate: units,
      per_seconds: units.exactOptional(),
      burst: units.exactOptional(),
    })
    .meta({ description: "At most burst + rate × τ / per_seconds units in any interval τ" }),
  z
    .strictObject({
      ...common,
      kind: z.literal("window"),
      limit: units,
      window_seconds: units,
    })
    .meta({ description: "Never more than limit units in any window" }),
  z
    .strictObject({
      ...common,
      kind: z.literal("quota"),
      limit: units,
      period,
      time_zone: z.string().max(64).exactOptional(),
      anchor: z.string().max(10).nullable().exactOptional(),
      soft_limit: units.nullable().exactOptional(),
      overflow: units.exactOptional(),
    })
    .meta({ description: "At most limit units, and overflow more, in each period of a calendar" }),
  z
    .strictObject({
      ...common,
      kind: z.literal("concurrency"),
      limit: units,
      lease_seconds: units.exactOptional(),
    })
    .meta({ description: "At most limit requests at the same time" }),
  z
    .strictObject({
      ...common,
      kind: z.literal("credits"),
      limit: units,
      exhausted_status: z.literal([402, 403, 429]).exactOptional(),
    })
    .meta({ description: "Prepaid: limit units in all; raise it to refill them" }),
]);

/** Reads what core's own reader takes, and says what it finds wrong. */
export function limitsInput(place: LimitPlace) {
  return z
    .array(limitInput)
    .max(LIMITS_PER_SET_MAX)
    .transform((value, context): readonly Limit[] => {
      const parsed = parseLimits(value, place);
      if (parsed.ok) return parsed.limits;
      for (const { pointer, detail } of parsed.problems) {
        const path = pointer.split("/").slice(1);
        context.addIssue({ code: "custom", message: detail, path });
      }
      return z.NEVER;
    });
}

const told = {
  name: z.string(),
  per: subject.nullable(),
  dry_run: z.boolean(),
  when_unavailable: whenUnavailable,
};
const toldWhole = z.number().int();

/** A limit with every field. */
const limitResource = z
  .discriminatedUnion("kind", [
    z.strictObject({
      ...told,
      kind: z.literal("rate"),
      rate: toldWhole,
      per_seconds: toldWhole,
      burst: toldWhole,
    }),
    z.strictObject({
      ...told,
      kind: z.literal("window"),
      limit: toldWhole,
      window_seconds: toldWhole,
    }),
    z.strictObject({
      ...told,
      kind: z.literal("quota"),
      limit: toldWhole,
      period,
      time_zone: z.string(),
      anchor: z.string().nullable(),
      soft_limit: toldWhole.nullable(),
      overflow: toldWhole,
    }),
    z.strictObject({
      ...told,
      kind: z.literal("concurrency"),
      limit: toldWhole,
      lease_seconds: toldWhole,
    }),
    z.strictObject({
      ...told,
      kind: z.literal("credits"),
      limit: toldWhole,
      exhausted_status: z.literal([402, 403, 429]),
    }),
  ])
  .meta({ id: "Limit" });

export const limitsOutput = z.array(limitResource);

/** A limit after a verdict: spec/limits.md §8. */
export const limitStateResource = z
  .strictObject({
    name: z.string(),
    of: z.enum(["key", "owner", "api"]).meta({ description: "What it is set on" }),
    kind: z.enum(["rate", "window", "quota", "concurrency", "credits"]),
    limit: z.number().int(),
    remaining: z.number().int(),
    refills_in: z.number().int().nullable().meta({ description: "Seconds until there is more" }),
    window: z.number().int().nullable().meta({ description: "Seconds" }),
    exceeded: z.boolean().meta({ description: "It refused, or would have in earnest" }),
    dry_run: z.boolean(),
    soft_exceeded: z.boolean(),
  })
  .meta({ id: "LimitState" });

/** What is added to credits: spec/limits.md §6. */
export const creditsInput = z.strictObject({
  add: z.number().int().min(1).max(UNITS_MAX),
  limit: text(64).exactOptional().meta({
    description: "The name of the credits; may be left out where there is one",
  }),
});

export const planReference = reference.nullable().exactOptional().meta({
  description: "The plan's id or its name; null is none",
});
