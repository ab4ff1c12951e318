// What a verifier reports: spec/usage.md §5.
import type { ClientId, CredentialId, SecretId } from "@keyward/core/id";
import { parseId } from "@keyward/core/id";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { instant } from "@keyward/core/time";
import type { SecretUse, StrangerCell, UsageBatch, UsageCell } from "@keyward/core/usage/cell";
import { DistinctCounter } from "@keyward/core/usage/distinct-counter";
import { CELLS_PER_BATCH_MAX, USES_PER_BATCH_MAX } from "@keyward/core/usage/meter";
import { STRANGERS_PER_BATCH_MAX } from "@keyward/core/usage/strangers";
import { z } from "zod";
import { COST_MAX } from "./limits.ts";
import { feedToken, tagInput } from "./schemas.ts";

const COUNT_MAX = 1_000_000_000;
/** The year 2286: what lies beyond is no minute. */
const MINUTE_MAX = 166_666_666;
const AT_MS_MAX = MINUTE_MAX * 60_000;

const minute = z.number().int().min(0).max(MINUTE_MAX).meta({
  description: "Whole minutes since 1970",
});
const decisionCount = z.number().int().min(1).max(COUNT_MAX);
const code = z.enum(["allowed", ...(Object.keys(DENIALS) as [DenialCode, ...DenialCode[]])]);
const network = z
  .string()
  .regex(/^[0-9a-f.:]{2,39}\/(?:24|48)$/, "must be an IPv4 /24 or an IPv6 /48")
  .nullable();

function id<Value>(parse: (text: string) => Value | undefined, what: string) {
  return z.string().transform((text, context): Value => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: `must be the id of a ${what}` });
    return z.NEVER;
  });
}
const keyId = id(
  (text): CredentialId | undefined => parseId("key", text) ?? parseId("client", text),
  "key",
);
const secretId = id(
  (text): SecretId | ClientId | undefined => parseId("secret", text) ?? parseId("client", text),
  "secret",
);

const cell = z
  .strictObject({
    minute,
    key: keyId.nullable(),
    code,
    tag: tagInput.or(z.literal("")),
    count: decisionCount,
    cost: z
      .number()
      .int()
      .min(0)
      .max(COUNT_MAX * COST_MAX),
  })
  .transform(({ key, ...cell }): UsageCell => ({ ...cell, keyId: key }));

const use = z
  .strictObject({
    key: keyId,
    secret: secretId,
    at_ms: z.number().int().min(0).max(AT_MS_MAX),
    network,
    agent: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/, "must be a product token")
      .nullable(),
    networks: z
      .string()
      .refine((text) => DistinctCounter.fromText(text) !== undefined, "must be a distinct counter"),
  })
  .transform(({ key, secret, at_ms: atMs, ...use }): SecretUse => {
    return { ...use, keyId: key, secretId: secret, at: instant(atMs) };
  });

const stranger = z
  .strictObject({
    minute,
    code,
    network,
    brand: z.string().regex(/^(?:[a-z][a-z0-9]{1,15})?$/, "must be a brand"),
    count: decisionCount,
  })
  .transform((cell): StrangerCell => cell);

export const usageBatch = z
  .strictObject({
    source: feedToken.meta({ description: "A random id of the reporting process" }),
    sequence: z.number().int().min(1).meta({ description: "Counts its batches, without a gap" }),
    cells: z.array(cell).max(CELLS_PER_BATCH_MAX),
    uses: z.array(use).max(USES_PER_BATCH_MAX),
    strangers: z.array(stranger).max(STRANGERS_PER_BATCH_MAX),
  })
  .transform((batch): UsageBatch => batch);
