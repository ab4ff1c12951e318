// What a visitor of the portal is shown, and what may be offered there.
import { z } from "zod";
import { issuedSecret, secretResource } from "./resources.ts";
import { environment, instantOutput, keyStatus, nullableInstant } from "./schemas.ts";

/** What a customer may be let do with keys, beyond seeing them. */
export const PORTAL_ACTIONS = ["create", "rotate", "restrict", "revoke"] as const;
export type PortalAction = (typeof PORTAL_ACTIONS)[number];

export const actions = z
  .array(z.enum(PORTAL_ACTIONS))
  .refine((list) => new Set(list).size === list.length, "must not name an action twice");

export const portalKeyResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(["secret", "publishable"]),
    status: keyStatus,
    scopes: z.array(z.string()),
    restrictions: z.strictObject({ ips: z.array(z.string()), origins: z.array(z.string()) }),
    hint: z.string().meta({ description: "The last four characters of the newest secret" }),
    secrets: z.array(secretResource),
    expires_at: nullableInstant,
    last_used_at: nullableInstant,
    created_at: instantOutput,
  })
  .meta({ id: "PortalKey" });

export const issuedPortalKeyResource = portalKeyResource
  .extend({ secret: issuedSecret })
  .meta({ id: "IssuedPortalKey" });

export const portalSessionResource = z
  .strictObject({
    api: z.strictObject({ name: z.string(), prefix: z.string() }),
    owner: z.string().meta({ description: "The owner's external id" }),
    environment,
    actions,
    scopes: z
      .array(z.strictObject({ name: z.string(), description: z.string().nullable() }))
      .meta({ description: "What a key made here may be granted" }),
    keys_max: z.number().int(),
    return_url: z.string().nullable(),
    expires_at: instantOutput,
  })
  .meta({ id: "PortalSession" });

const sums = { count: z.number().int(), allowed: z.number().int(), denied: z.number().int() };

export const portalUsageResource = z
  .strictObject({
    from: instantOutput,
    to: instantOutput,
    ...sums,
    days: z.array(z.strictObject({ at: instantOutput, ...sums })),
  })
  .meta({ id: "PortalUsage" });
