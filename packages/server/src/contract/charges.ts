// What limits have counted, and charges that are settled later: spec/limits.md §7.
import { z } from "zod";
import { COST_MAX } from "./limits.ts";
import { limitStateResource } from "./limit-schemas.ts";
import { operation } from "./operation.ts";
import { idParam, listOf, noQuery } from "./schemas.ts";

const charge = z.strictObject({ charge: idParam("charge") });
const client = z.strictObject({ client: idParam("client") });
const key = z.strictObject({ key: idParam("key") });

const settledCharge = z
  .strictObject({
    id: z.string(),
    state: z.enum(["committed", "released"]),
    cost: z.number().int().min(0).meta({ description: "What stays charged" }),
  })
  .meta({ id: "SettledCharge" });

const limitUsage = z
  .strictObject({
    ...limitStateResource.shape,
    used: z
      .number()
      .int()
      .min(0)
      .meta({ description: "Units that count now; above `limit` by an overflow" }),
    forecast: z
      .strictObject({
        used: z.number().int().min(0).meta({ description: "Units at the end of the period" }),
        spent_in: z.number().int().min(0).nullable().meta({
          description:
            "Seconds until the limit is used up; 0 when it is, null when it will not be within the period",
        }),
      })
      .nullable()
      .meta({
        description:
          "Of a quota, if it is used on as it has been in this period; null of other limits, and within the first hundredth of a period",
      }),
  })
  .meta({ id: "LimitUsage" });

export const chargeOperations = {
  "charges.commit": operation({
    method: "POST",
    path: "/v1/charges/{charge}/commit",
    tag: "Verify",
    effect: "limit",
    summary: "Settle a charge with what it came to",
    description:
      "The rest of what was reserved is given back, and a slot is free. Repeat it until it is answered: the same cost again is answered the same. What nobody settles stays charged at its most.",
    permission: "keys:verify",
    params: charge,
    query: noQuery,
    body: z.strictObject({ cost: z.number().int().min(0).max(COST_MAX) }),
    status: 200,
    response: settledCharge,
    failures: ["not_found", "charge_settled", "cost_exceeds_charge"],
  }),
  "charges.release": operation({
    method: "POST",
    path: "/v1/charges/{charge}/release",
    tag: "Verify",
    effect: "limit",
    summary: "Give back all that a charge has reserved",
    permission: "keys:verify",
    params: charge,
    query: noQuery,
    body: undefined,
    status: 200,
    response: settledCharge,
    failures: ["not_found", "charge_settled"],
  }),
  "keys.limits": operation({
    method: "GET",
    path: "/v1/keys/{key}/limits",
    tag: "Keys",
    effect: "limit",
    summary: "See what is used of the limits of a key",
    description:
      "Its own and those of its plan, of its owner and of its api, in the order in which they apply. Limits that count each network for itself are left out. What verifiers have borrowed and not yet used counts as used.",
    permission: "keys:read",
    params: key,
    query: noQuery,
    body: undefined,
    status: 200,
    response: listOf(limitUsage),
    failures: ["not_found"],
  }),
  "clients.limits": operation({
    method: "GET",
    path: "/v1/clients/{client}/limits",
    tag: "Clients",
    effect: "limit",
    summary: "See what is used of the limits of an OAuth client",
    description:
      "As for a key, of all its tokens together. A token that stands for a key counts for that key, and not here.",
    permission: "clients:read",
    params: client,
    query: z.strictObject({
      api: idParam("api")
        .exactOptional()
        .meta({ description: "Whose limits are told as well; its first api if left out" }),
    }),
    body: undefined,
    status: 200,
    response: listOf(limitUsage),
    failures: ["not_found"],
  }),
};
