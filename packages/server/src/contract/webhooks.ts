import { EVENT_TYPES, parseEventPattern } from "@keyward/core/event/event-types";
import type { EventPattern } from "@keyward/core/event/event-types";
import { z } from "zod";
import {
  EVENT_PATTERNS_MAX,
  OVERLAP_SECONDS_DEFAULT,
  OVERLAP_SECONDS_MAX,
  WEBHOOK_URL_CHARS_MAX,
} from "./limits.ts";
import { operation } from "./operation.ts";
import {
  idParam,
  instantInput,
  instantOutput,
  keylessText,
  listOf,
  noParams,
  noQuery,
  nullableInstant,
  pageQuery,
  rev,
  text,
} from "./schemas.ts";

const tag = "Webhooks";
const params = z.strictObject({ webhook: idParam("webhook") });
const deliveryParams = params.extend({ delivery: idParam("delivery") });

const webhookResource = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    description: z.string().nullable(),
    events: z.array(z.string()),
    status: z.enum(["active", "disabled"]),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Webhook" });

const issuedWebhookResource = webhookResource
  .extend({
    secret: z.string().meta({ description: "What signs the deliveries; shown this once" }),
  })
  .meta({ id: "IssuedWebhook" });

const deliveryState = z.enum(["pending", "delivered", "failed"]);

const deliveryResource = z
  .strictObject({
    id: z.string(),
    event_id: z.string().meta({ description: "Sent as `webhook-id`: the same at every attempt" }),
    type: z.string(),
    state: deliveryState,
    attempts: z.number().int(),
    next_attempt_at: nullableInstant,
    last_attempt_at: nullableInstant,
    last_status: z.number().int().nullable().meta({
      description: "The HTTP status of the last attempt; null when there was no answer",
    }),
    last_error: z.string().nullable(),
    payload: z.string().meta({ description: "The body, byte by byte" }),
    created_at: instantOutput,
  })
  .meta({ id: "Delivery" });

const url = keylessText(WEBHOOK_URL_CHARS_MAX).min(1).meta({
  description:
    "`https://…` of the public internet; or `mailto:` and an address, where Keyward can send mail",
});
const description = text(500).nullable().exactOptional();
const events = z
  .array(
    z.string().transform((value, context): EventPattern => {
      const pattern = parseEventPattern(value);
      if (pattern !== undefined) return pattern;
      context.addIssue({
        code: "custom",
        message: "must be a type of event, such as key.revoked; key.* or *",
      });
      return z.NEVER;
    }),
  )
  .min(1)
  .max(EVENT_PATTERNS_MAX)
  .meta({
    description: `\`*\` is every event, \`key.*\` every one about keys. The types: ${EVENT_TYPES.join(", ")}`,
  });

const changeFailures = ["not_found", "precondition_failed"] as const;

export const webhookOperations = {
  "webhooks.list": operation({
    method: "GET",
    path: "/v1/webhooks",
    tag,
    effect: "read",
    summary: "List endpoints that are told of events",
    permission: "webhooks:read",
    params: noParams,
    query: z.strictObject(pageQuery),
    body: undefined,
    status: 200,
    response: listOf(webhookResource),
    failures: ["invalid_cursor"],
  }),
  "webhooks.create": operation({
    method: "POST",
    path: "/v1/webhooks",
    tag,
    effect: "write",
    summary: "Add an endpoint",
    description:
      "From now on it is told of each event that it wants: signed as Standard Webhooks has it, and again and again for two and a half days until it answers with 2xx. The answer shows the signing secret, this once.",
    permission: "webhooks:write",
    params: noParams,
    query: noQuery,
    body: z.strictObject({ url, description, events }),
    status: 201,
    response: issuedWebhookResource,
    reveals: true,
    idempotent: true,
    failures: ["reauth_required", "too_many", "secret_already_delivered", "idempotency_key_reused"],
  }),
  "webhooks.get": operation({
    method: "GET",
    path: "/v1/webhooks/{webhook}",
    tag,
    effect: "read",
    summary: "Get an endpoint",
    permission: "webhooks:read",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: webhookResource,
    failures: ["not_found"],
  }),
  "webhooks.update": operation({
    method: "PATCH",
    path: "/v1/webhooks/{webhook}",
    tag,
    effect: "write",
    summary: "Change an endpoint",
    description: "What is left out stays. What waits to be delivered goes to the new URL.",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: z.strictObject({
      url: url.exactOptional(),
      description,
      events: events.exactOptional(),
    }),
    status: 200,
    response: webhookResource,
    conditional: true,
    failures: changeFailures,
  }),
  "webhooks.rotate": operation({
    method: "POST",
    path: "/v1/webhooks/{webhook}/rotate",
    tag,
    effect: "write",
    summary: "Give an endpoint a new signing secret, with an overlap",
    description: "During the overlap every delivery is signed with both.",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: z.strictObject({
      overlap_seconds: z
        .number()
        .int()
        .min(0)
        .max(OVERLAP_SECONDS_MAX)
        .default(OVERLAP_SECONDS_DEFAULT),
    }),
    bodyOptional: true,
    status: 200,
    response: issuedWebhookResource,
    reveals: true,
    idempotent: true,
    conditional: true,
    failures: [
      "reauth_required",
      ...changeFailures,
      "secret_already_delivered",
      "idempotency_key_reused",
    ],
  }),
  "webhooks.disable": operation({
    method: "POST",
    path: "/v1/webhooks/{webhook}/disable",
    tag,
    effect: "write",
    summary: "Tell an endpoint nothing for the time being",
    description: "What waits for it goes on waiting; of new events it is not told, also not later.",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: webhookResource,
    idempotent: true,
    conditional: true,
    failures: [...changeFailures, "idempotency_key_reused"],
  }),
  "webhooks.enable": operation({
    method: "POST",
    path: "/v1/webhooks/{webhook}/enable",
    tag,
    effect: "write",
    summary: "Tell a disabled endpoint of events again",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: webhookResource,
    idempotent: true,
    conditional: true,
    failures: [...changeFailures, "idempotency_key_reused"],
  }),
  "webhooks.delete": operation({
    method: "DELETE",
    path: "/v1/webhooks/{webhook}",
    tag,
    effect: "write",
    summary: "Delete an endpoint and its deliveries",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: undefined,
    status: 204,
    response: undefined,
    conditional: true,
    failures: changeFailures,
  }),
  "webhooks.test": operation({
    method: "POST",
    path: "/v1/webhooks/{webhook}/test",
    tag,
    effect: "write",
    summary: "Tell an endpoint of an event `webhook.test`",
    description: "The answer is the delivery; ask for it again to see what has become of it.",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: undefined,
    status: 201,
    response: deliveryResource,
    idempotent: true,
    failures: ["not_found", "webhook_disabled", "idempotency_key_reused"],
  }),
  "webhooks.deliveries.list": operation({
    method: "GET",
    path: "/v1/webhooks/{webhook}/deliveries",
    tag,
    effect: "read",
    summary: "List what an endpoint was told, newest first",
    description: "Of the last 30 days.",
    permission: "webhooks:read",
    params,
    query: z.strictObject({ ...pageQuery, state: deliveryState.exactOptional() }),
    body: undefined,
    status: 200,
    response: listOf(deliveryResource),
    failures: ["not_found", "invalid_cursor"],
  }),
  "webhooks.deliveries.get": operation({
    method: "GET",
    path: "/v1/webhooks/{webhook}/deliveries/{delivery}",
    tag,
    effect: "read",
    summary: "Get a delivery",
    permission: "webhooks:read",
    params: deliveryParams,
    query: noQuery,
    body: undefined,
    status: 200,
    response: deliveryResource,
    failures: ["not_found"],
  }),
  "webhooks.deliveries.redeliver": operation({
    method: "POST",
    path: "/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
    tag,
    effect: "write",
    summary: "Deliver once more, whatever became of it",
    permission: "webhooks:write",
    params: deliveryParams,
    query: noQuery,
    body: undefined,
    status: 200,
    response: deliveryResource,
    idempotent: true,
    failures: ["not_found", "idempotency_key_reused"],
  }),
  "webhooks.redeliver": operation({
    method: "POST",
    path: "/v1/webhooks/{webhook}/redeliver",
    tag,
    effect: "write",
    summary: "Deliver everything once more that has failed",
    permission: "webhooks:write",
    params,
    query: noQuery,
    body: z.strictObject({
      since: instantInput.meta({ description: "Of events from then on" }),
    }),
    status: 200,
    response: z.strictObject({ count: z.number().int() }).meta({ id: "Redelivery" }),
    idempotent: true,
    failures: ["not_found", "idempotency_key_reused"],
  }),
};
