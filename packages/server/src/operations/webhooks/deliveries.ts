import { OperationError } from "@keyward/core/failure/failures";
import type { DeliveryId } from "@keyward/core/id";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Delivery } from "../../storage/events.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { presentDelivery } from "./present-webhook.ts";
import { readWebhook } from "./webhooks.ts";

export async function listDeliveries(
  call: Call,
  reader: Reader,
  { params, query }: InputOf<"webhooks.deliveries.list">,
): Promise<ResultOf<"webhooks.deliveries.list">> {
  const { id } = (await readWebhook(call, reader, params.webhook)).value;
  const { limit, cursor, state } = query;
  const { scope } = call.caller;
  const position = { scope, list: "webhooks.deliveries.list", filter: { webhook: id, state } };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const filter = { webhookId: id, ...(state !== undefined && { state }) };
  const { items, more } = await reader.listDeliveries(scope, filter, { limit, after });
  const last = items.at(-1);
  return {
    data: items.map(presentDelivery),
    next_cursor: more && last !== undefined ? call.cursors.seal(position, last.id) : null,
  };
}

export async function getDelivery(
  call: Call,
  reader: Reader,
  { params }: InputOf<"webhooks.deliveries.get">,
): Promise<ResultOf<"webhooks.deliveries.get">> {
  return presentDelivery(await readDelivery(call, reader, params));
}

export async function testWebhook(
  call: Call,
  writer: Writer,
  { params }: InputOf<"webhooks.test">,
): Promise<Written<ResultOf<"webhooks.test">>> {
  const { value, rev } = await readWebhook(call, writer, params.webhook);
  if (value.disabled) throw new OperationError("webhook_disabled");
  const { scope } = call.caller;
  const event = {
    id: mintId(call, "event"),
    type: "webhook.test",
    at: call.now,
    data: { id: value.id },
  } as const;
  const id = await writer.announceTo(scope, value.id, event);
  const delivery = found(await writer.findDelivery(scope, id), "delivery");
  return { result: presentDelivery(delivery), rev, targetId: id };
}

export async function redeliver(
  call: Call,
  writer: Writer,
  { params }: InputOf<"webhooks.deliveries.redeliver">,
): Promise<Written<ResultOf<"webhooks.deliveries.redeliver">>> {
  const { id } = await readDelivery(call, writer, params);
  const { rev } = await readWebhook(call, writer, params.webhook);
  await writer.redeliver(call.caller.scope, id, call.now);
  const delivery = found(await writer.findDelivery(call.caller.scope, id), "delivery");
  return { result: presentDelivery(delivery), rev, targetId: id };
}

export async function redeliverFailed(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"webhooks.redeliver">,
): Promise<Written<ResultOf<"webhooks.redeliver">>> {
  const { value, rev } = await readWebhook(call, writer, params.webhook);
  const { scope } = call.caller;
  const count = await writer.redeliverFailed(scope, value.id, body.since, call.now);
  return { result: { count }, rev, targetId: value.id };
}

async function readDelivery(
  call: Call,
  reader: Reader,
  { webhook, delivery: id }: InputOf<"webhooks.deliveries.get">["params"],
): Promise<Delivery> {
  const { value } = await readWebhook(call, reader, webhook);
  const delivery = found(id && (await findDelivery(call, reader, id)), "delivery");
  return found(delivery.webhookId === value.id ? delivery : undefined, "delivery");
}

function findDelivery({ caller }: Call, reader: Reader, id: DeliveryId) {
  return reader.findDelivery(caller.scope, id);
}
