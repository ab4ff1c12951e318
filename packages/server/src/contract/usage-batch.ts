// What a verifier reports: spec/usage.md §5.
import type { ClientId, CredentialId, SecretId } from "@keyward/core/id";
import { parseId } from "@keyward/core/id";
import { DETAIL_CHARS_MAX, ENTRIES_PER_BATCH_MAX, PATH_CHARS_MAX } from "@keyward/core/log/entry";
import type { LogEntry } from "@keyward/core/log/entry";
import { loggedDetail, loggedMethod, loggedPath } from "@keyward/core/log/redact";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { instant } from "@keyward/core/time";
import { dayOfMinute, minuteOf } from "@keyward/core/usage/cell";
import type { SecretUse, StrangerCell, UsageBatch, UsageCell } from "@keyward/core/usage/cell";
import { DistinctCounter } from "@keyward/core/usage/distinct-counter";
import {
  CELLS_PER_BATCH_MAX,
  NEEDS_PER_BATCH_MAX,
  USES_PER_BATCH_MAX,
} from "@keyward/core/usage/meter";
import { ANY_SCOPE, isNeed } from "@keyward/core/usage/need";
import type { KeyNeed } from "@keyward/core/usage/need";
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
const atMs = z.number().int().min(0).max(AT_MS_MAX);
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

const agent = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, "must be a product token")
  .nullable();
const brand = z.string().regex(/^(?:[a-z][a-z0-9]{1,15})?$/, "must be a brand");
const tag = tagInput.or(z.literal(""));

const cell = z
  .strictObject({
    minute,
    key: keyId.nullable(),
    code,
    tag,
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
    at_ms: atMs,
    network,
    agent,
    networks: z
      .string()
      .refine((text) => DistinctCounter.fromText(text) !== undefined, "must be a distinct counter"),
  })
  .transform(({ key, secret, at_ms: ms, ...use }): SecretUse => {
    return { ...use, keyId: key, secretId: secret, at: instant(ms) };
  });

const stranger = z
  .strictObject({
    minute,
    code,
    network,
    brand,
    count: decisionCount,
  })
  .transform((cell): StrangerCell => cell);

const keyNeed = z
  .strictObject({
    day: z.number().int().min(0).max(dayOfMinute(MINUTE_MAX)).meta({
      description: "Whole days since 1970",
    }),
    key: keyId,
    need: z.string().refine(isNeed, "must be a scope, some in ascending order, * or empty"),
  })
  .transform(({ key, ...need }): KeyNeed => ({ ...need, keyId: key }));

/** Whoever reports is not believed to have left out what has no place here, so it is left out again (K4). */
const logged = z
  .strictObject({
    at_ms: atMs,
    key: keyId.nullable(),
    code,
    brand,
    tag,
    cost: z.number().int().min(0).max(COST_MAX),
    method: z
      .string()
      .max(64)
      .nullable()
      .transform((text) => text && loggedMethod(text)),
    path: z
      .string()
      .max(PATH_CHARS_MAX)
      .nullable()
      .transform((text) => text && loggedPath(text)),
    network,
    agent,
    detail: z
      .string()
      .max(DETAIL_CHARS_MAX)
      .nullable()
      .transform((text) => text && loggedDetail(text, undefined)),
    more: z.number().int().min(0).max(COUNT_MAX),
  })
  .transform(({ key, at_ms: ms, ...entry }): LogEntry => {
    return { ...entry, keyId: key, at: instant(ms) };
  });

export const usageBatch = z
  .strictObject({
    source: feedToken.meta({ description: "A random id of the reporting process" }),
    sequence: z.number().int().min(1).meta({ description: "Counts its batches, without a gap" }),
    cells: z.array(cell).max(CELLS_PER_BATCH_MAX),
    uses: z.array(use).max(USES_PER_BATCH_MAX),
    strangers: z.array(stranger).max(STRANGERS_PER_BATCH_MAX),
    needs: z.array(keyNeed).max(NEEDS_PER_BATCH_MAX).optional().meta({
      description:
        "What was allowed, and would not have been without the scopes; who leaves it out may have needed any",
    }),
    log: z.array(logged).max(ENTRIES_PER_BATCH_MAX).default([]).meta({
      description: "Single decisions, each of which is in a cell, too",
    }),
  })
  .transform((batch): UsageBatch => ({ ...batch, needs: batch.needs ?? untold(batch.uses) }));

/** A reporter of before there were needs does not tell them. */
function untold(uses: readonly SecretUse[]): readonly KeyNeed[] {
  return uses.map(({ keyId, at }) => {
    return { keyId, day: dayOfMinute(minuteOf(at)), need: ANY_SCOPE };
  });
}
