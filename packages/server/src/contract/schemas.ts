// The shapes that operations share. Input schemas parse into core's branded types; output schemas describe the wire.
import { parseId } from "@keyward/core/id";
import type { Id, IdKind } from "@keyward/core/id";
import { compileRestrictions } from "@keyward/core/restriction/restrictions";
import type { Restrictions } from "@keyward/core/restriction/restrictions";
import { parseScope, parseScopeGrant } from "@keyward/core/scope/scope";
import { parseInstant } from "@keyward/core/time";
import { isTag, TAG_CHARS_MAX } from "@keyward/core/usage/cell";
import { usageNetwork } from "@keyward/core/usage/network";
import type { Metadata } from "@keyward/core/model/metadata";
import { z } from "zod";
import {
  LIST_LIMIT_DEFAULT,
  LIST_LIMIT_MAX,
  NAME_CHARS_MAX,
  ROLES_PER_KEY_MAX,
  SCOPES_PER_KEY_MAX,
} from "./limits.ts";
import { metadataProblem } from "./metadata.ts";
import { keyProblem, textProblem } from "./text.ts";

/** Turns what a function finds wrong with a text into an issue. */
function refuse(problemOf: (text: string) => string | undefined) {
  return (value: string, context: z.RefinementCtx<string>): void => {
    const problem = problemOf(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  };
}

/** Text in a form of its own, kept as it is given: no key (K4). */
export function keylessText(charsMax: number) {
  return z.string().max(charsMax).superRefine(refuse(keyProblem));
}

/** Text that people will read: no control, bidi or invisible characters (T09), and no key (K4). */
export function text(charsMax: number) {
  return z.string().min(1).max(charsMax).superRefine(refuse(textProblem));
}

export const name = text(NAME_CHARS_MAX);

/** Parses with one of core's `parse…` functions, whose `undefined` becomes an issue. */
function parsed<Value>(parse: (text: string) => Value | undefined, message: string) {
  return z.string().transform((value, context) => {
    const result = parse(value);
    if (result === undefined) {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    return result;
  });
}

export const instantInput = parsed(
  parseInstant,
  "must be an RFC 3339 instant with an offset, such as 2027-01-31T12:00:00Z",
).meta({ format: "date-time" });

/** The network of which an address is one, as uses are kept: the /24 of IPv4, the /48 of IPv6. */
export const networkInput = parsed(usageNetwork, "must be an IPv4 or IPv6 address").meta({
  description: "An address; whatever shares its /24 of IPv4 or its /48 of IPv6 is meant",
});

/** Its alphabet and length leave no room for a key (K4). */
export const tagInput = z
  .string()
  .min(1)
  .refine(isTag, `must be at most ${TAG_CHARS_MAX} of A-Z a-z 0-9 . _ : / { } * ~ -`);

export const scopeInput = parsed(
  parseScope,
  "must be a scope such as invoices:read, in lower case, without a wildcard",
);

export const scopeGrantInput = parsed(
  parseScopeGrant,
  "must be a scope such as invoices:read; only the last segment may be *",
);

export const scopeGrants = z
  .array(scopeGrantInput)
  .max(SCOPES_PER_KEY_MAX)
  .refine((grants) => new Set(grants).size === grants.length, "must not name a scope twice");

/** An id of this kind. One that cannot be is answered like one that is not there. */
export function idParam<Kind extends IdKind>(kind: Kind) {
  return z.string().transform((value): Id<Kind> | undefined => parseId(kind, value));
}

/** An id or a name that the producer chose, to be resolved by the operation. */
export const reference = text(NAME_CHARS_MAX);

export const metadataInput = z
  .record(z.string(), z.unknown())
  .transform((value, context): Metadata => {
    const problem = metadataProblem(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    return value as Metadata;
  })
  .meta({ description: "The producer's own facts; a JSON object of at most 16 KiB" });

const patterns = z.array(keylessText(256));
export const networkPatterns = patterns
  .exactOptional()
  .meta({ description: "Addresses and CIDR blocks, IPv4 or IPv6" });
export const originPatterns = patterns
  .exactOptional()
  .meta({ description: "Sites: https://*.example.com" });

/** spec/restrictions.md. Its matchers are compiled here once to refuse what they would refuse. */
export const restrictionsInput = z
  .strictObject({
    ips: networkPatterns,
    origins: originPatterns,
    referrers: patterns.exactOptional().meta({ description: "Pages: https://example.com/shop/*" }),
    routes: z
      .array(
        z.strictObject({
          methods: z.array(z.string().max(32)).exactOptional(),
          path: keylessText(256),
        }),
      )
      .exactOptional()
      .meta({ description: "Methods and paths: * is one segment, a last ** the rest" }),
    time_windows: z
      .array(
        z.strictObject({
          days: z.array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])),
          from: z.string().max(5),
          to: z.string().max(5),
          time_zone: z.string().max(64),
        }),
      )
      .exactOptional(),
    android_apps: z
      .array(
        z.strictObject({
          package_name: z.string().max(256),
          sha256_cert_fingerprint: z.string().max(256).exactOptional(),
          sha1_cert_fingerprint: z.string().max(256).exactOptional(),
        }),
      )
      .exactOptional(),
    ios_apps: z.array(z.string().max(256)).exactOptional(),
  })
  .superRefine(refuseRestrictions);

/** Says of each part of restrictions that could not be compiled what is wrong with it. */
export function refuseRestrictions(
  value: Restrictions,
  context: z.RefinementCtx<Restrictions>,
): void {
  const result = compileRestrictions(value);
  if (result.ok) return;
  for (const { pointer, detail } of result.problems) {
    const path = pointer.split("/").slice(1);
    context.addIssue({ code: "custom", message: detail, path });
  }
}

export const roleNames = z.array(name).max(ROLES_PER_KEY_MAX);
export const environment = z.enum(["live", "test"]);
export const ownerType = z.enum(["app", "user", "organisation"]);
export const keyKind = z.enum(["secret", "publishable", "pat"]);
export const keyStatus = z.enum(["active", "pending", "disabled", "expired", "revoked"]);

/** What names a process or an epoch. */
export const feedToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, "must be 16 to 64 of A-Z a-z 0-9 _ -");

export const noParams = z.strictObject({});
export const noQuery = z.strictObject({});

/** A number in a query: 1 to the most. */
export function countText(most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(1).max(most));
}

export const pageQuery = {
  limit: countText(LIST_LIMIT_MAX)
    .default(LIST_LIMIT_DEFAULT)
    .meta({ description: `1 to ${LIST_LIMIT_MAX}; ${LIST_LIMIT_DEFAULT} if left out` }),
  cursor: z
    .string()
    .max(512)
    .exactOptional()
    .meta({ description: "`next_cursor` of the page before" }),
};

export const instantOutput = z.string().meta({ format: "date-time" });
export const nullableInstant = instantOutput.nullable();
export const rev = z
  .number()
  .int()
  .meta({ description: "Counts the changes of the workspace; also the ETag" });
export const metadataOutput = z.record(z.string(), z.unknown());

/** A list as every list is answered. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ data: z.array(item), next_cursor: z.string().nullable() });
}
