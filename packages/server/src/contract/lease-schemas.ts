// What a verifier borrows of limits: spec/limits.md §10.
import type { CredentialId } from "@keyward/core/id";
import { parseId } from "@keyward/core/id";
import {
  LEASE_ASKS_MAX,
  LEASE_RETURNS_MAX,
  LEASE_UNITS_MAX,
  LEASE_WISHES_MAX,
} from "@keyward/core/limit/lease";
import { networkOf, parseIp } from "@keyward/core/restriction/ip-address";
import { z } from "zod";
import { feedToken } from "./schemas.ts";

const units = z.number().int().min(0).max(LEASE_UNITS_MAX);
const LIMIT_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const LEASE_CHARS_MAX = 64;

const credential = z.string().transform((text, context): CredentialId => {
  const id = parseId("key", text) ?? parseId("client", text);
  if (id !== undefined) return id;
  context.addIssue({ code: "custom", message: "must be the id of a key or a client" });
  return z.NEVER;
});

/** In the one form in which limits count it: another would have a counter of its own. */
const network = z
  .string()
  .max(64)
  .refine((text) => {
    if (text === "") return true;
    const address = parseIp(text.replace(/\/64$/, ""));
    return address !== undefined && networkOf(address) === text;
  }, "must be an IPv4 address or an IPv6 /64, in canonical form")
  .nullable();

const wish = z.strictObject({
  of: z.enum(["key", "owner", "api"]),
  name: z.string().regex(LIMIT_NAME, "must be the name of a limit"),
  least: units.min(1).meta({ description: "Fewer are of no use" }),
  need: units.meta({ description: "What all requests that wait lack together" }),
  ahead: units.meta({ description: "What will probably be wanted within the life of a lease" }),
});

export const leaseRequest = z.strictObject({
  verifier: feedToken.meta({ description: "A random id of the process" }),
  sequence: z.number().int().min(1).meta({
    description: "Counts your requests. Returns of one that is no newer than another are ignored",
  }),
  asks: z
    .array(
      z.strictObject({
        key: credential.meta({ description: "The id of a key, or of an OAuth client" }),
        network: network.meta({ description: "Where limits count it; null for all others" }),
        limits: z.array(wish).min(1).max(LEASE_WISHES_MAX),
      }),
    )
    .max(LEASE_ASKS_MAX)
    .meta({ description: "Each is lent of all its limits or of none" }),
  returns: z
    .array(z.strictObject({ lease: z.string().max(LEASE_CHARS_MAX), units: units.min(1) }))
    .max(LEASE_RETURNS_MAX)
    .meta({
      description: "What was not used. Say it once: what may have arrived is not sent again",
    }),
});

const milliseconds = z.number().int().min(0).nullable();

const lent = z.strictObject({
  lease: z.string().nullable().meta({ description: "What returns name" }),
  units: units.meta({ description: "What you may spend within the life of the lease" }),
  remaining: z.number().int(),
  retry_ms: milliseconds.meta({
    description:
      "After how long the least would pass: 0 where it does, null where time does not help",
  }),
  refills_in_ms: milliseconds,
});

export const leaseAnswer = z
  .strictObject({
    verifiers: z.number().int().min(1).meta({
      description: "How many have lately borrowed: whoever is cut off counts by his share",
    }),
    asks: z.array(z.strictObject({ limits: z.array(lent) })),
  })
  .meta({ id: "Leases" });
