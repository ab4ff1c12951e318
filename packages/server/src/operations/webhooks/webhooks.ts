import { OperationError } from "@keyward/core/failure/failures";
import type { AuditAction } from "@keyward/core/audit/event";
import type { WebhookId } from "@keyward/core/id";
import type { JsonValue } from "@keyward/core/model/metadata";
import type { Webhook } from "@keyward/core/model/webhook";
import { WEBHOOKS_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { invalid } from "../invalid.ts";
import { isSame } from "../is-same.ts";
import { pageOf } from "../paging.ts";
import { presentWebhook } from "./present-webhook.ts";
import { issueSigningSecret } from "./signing-secrets.ts";

type WrittenWebhook = Promise<Written<ResultOf<"webhooks.get">>>;

export function listWebhooks(
  call: Call,
  reader: Reader,
  { query }: InputOf<"webhooks.list">,
): Promise<ResultOf<"webhooks.list">> {
  const load = reader.listWebhooks.bind(reader, call.caller.scope);
  return pageOf(call, "webhooks.list", query, load, (items) => items.map(presentWebhook));
}

export async function getWebhook(
  call: Call,
  reader: Reader,
  { params }: InputOf<"webhooks.get">,
): Promise<ResultOf<"webhooks.get">> {
  return presentWebhook(await readWebhook(call, reader, params.webhook));
}

export async function createWebhook(
  call: Call,
  writer: Writer,
  { body }: InputOf<"webhooks.create">,
): Promise<Written<ResultOf<"webhooks.create">>> {
  const { scope } = call.caller;
  assertUrl(call, body.url);
  if ((await writer.countWebhooks(scope)) >= WEBHOOKS_MAX) {
    throw new OperationError("too_many", { detail: `A workspace has ${WEBHOOKS_MAX} endpoints` });
  }
  const value: Webhook = {
    id: mintId(call, "webhook"),
    workspaceId: scope,
    url: body.url,
    description: body.description ?? null,
    events: body.events,
    disabled: false,
    createdAt: call.now,
    updatedAt: call.now,
  };
  const detail = { host: hostOf(value.url), events: [...value.events] };
  const written = await record(call, writer, value, "webhook.created", detail);
  const secret = await issueSigningSecret(call, writer, value.id, 0);
  return { ...written, result: { ...written.result, secret: secret.reveal() } };
}

export async function updateWebhook(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"webhooks.update">,
): WrittenWebhook {
  const before = await readForChange(call, writer, params.webhook);
  if (body.url !== undefined) assertUrl(call, body.url);
  const { url, description, events } = before.value;
  const after: Webhook = {
    ...before.value,
    url: body.url ?? url,
    description: body.description === undefined ? description : body.description,
    events: body.events ?? events,
  };
  if (isSame(after, before.value)) return unchanged(before);
  return record(call, writer, after, "webhook.updated", { fields: Object.keys(body).sort() });
}

export async function rotateWebhook(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"webhooks.rotate">,
): Promise<Written<ResultOf<"webhooks.rotate">>> {
  const { value } = await readForChange(call, writer, params.webhook);
  const secret = await issueSigningSecret(call, writer, value.id, body.overlap_seconds);
  const detail = { overlap_seconds: body.overlap_seconds };
  const written = await record(call, writer, value, "webhook.rotated", detail);
  return { ...written, result: { ...written.result, secret: secret.reveal() } };
}

export function disableWebhook(
  call: Call,
  writer: Writer,
  { params }: InputOf<"webhooks.disable">,
): WrittenWebhook {
  return setDisabled(call, writer, params.webhook, true);
}

export function enableWebhook(
  call: Call,
  writer: Writer,
  { params }: InputOf<"webhooks.enable">,
): WrittenWebhook {
  return setDisabled(call, writer, params.webhook, false);
}

export async function deleteWebhook(
  call: Call,
  writer: Writer,
  { params }: InputOf<"webhooks.delete">,
): Promise<Written<undefined>> {
  const { value } = await readForChange(call, writer, params.webhook);
  const change = { entity: "webhook", id: value.id, value: null } as const;
  const facts = factsOf(call, "webhook.deleted", { host: hostOf(value.url) });
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: undefined, rev, targetId: value.id };
}

export async function readWebhook(
  { caller }: Call,
  reader: Reader,
  id: WebhookId | undefined,
): Promise<Versioned<Webhook>> {
  return found(id && (await reader.findWebhook(caller.scope, id)), "webhook");
}

async function readForChange(
  call: Call,
  writer: Writer,
  id: WebhookId | undefined,
): Promise<Versioned<Webhook>> {
  const before = await readWebhook(call, writer, id);
  assertUnchanged(call, before.rev);
  return before;
}

async function setDisabled(
  call: Call,
  writer: Writer,
  id: WebhookId | undefined,
  disabled: boolean,
): WrittenWebhook {
  const before = await readForChange(call, writer, id);
  if (before.value.disabled === disabled) return unchanged(before);
  const action = disabled ? "webhook.disabled" : "webhook.enabled";
  return record(call, writer, { ...before.value, disabled }, action);
}

function unchanged(before: Versioned<Webhook>): Written<ResultOf<"webhooks.get">> {
  return { result: presentWebhook(before), rev: before.rev, targetId: before.value.id };
}

async function record(
  call: Call,
  writer: Writer,
  webhook: Webhook,
  action: AuditAction,
  detail: { readonly [name: string]: JsonValue } = {},
): WrittenWebhook {
  const value = { ...webhook, updatedAt: call.now };
  const change = { entity: "webhook", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, factsOf(call, action, detail));
  return { result: presentWebhook({ value, rev }), rev, targetId: value.id };
}

/** @throws OperationError `invalid_request` for an endpoint that could never be reached, or must not be (T54) */
function assertUrl({ webhooks }: Call, url: string): void {
  const problem = webhooks.urlProblem(url);
  if (problem !== undefined) throw invalid("/url", "not_allowed", `The URL ${problem}`);
}

/** A path or a query may hold a secret of the receiver's; the audit log does not. */
function hostOf(url: string): string {
  return URL.parse(url)?.host || "mail";
}
