// Revoke, disable, enable, and the end of all tokens: as of keys, a step that leads nowhere new writes nothing.
import { OperationError } from "@keyward/core/failure/failures";
import type { AuditAction } from "@keyward/core/audit/event";
import type { Client } from "@keyward/core/model/client";
import { nextClientState } from "@keyward/core/model/key-state";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertNotRevoked, readClient } from "./client-rules.ts";
import { describeClient } from "./describe-clients.ts";

type WrittenClient = Promise<Written<ResultOf<"clients.get">>>;

export async function revokeClient(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"clients.revoke">,
): WrittenClient {
  const client = await readClient(call, writer, params.client);
  const reason = body.reason ?? null;
  const fields = { revokedAt: call.now, revokedReason: reason };
  return step(call, writer, client, "revoke", fields);
}

export async function disableClient(
  call: Call,
  writer: Writer,
  { params }: InputOf<"clients.disable">,
): WrittenClient {
  const client = await readClient(call, writer, params.client);
  assertNotRevoked(client.value);
  return step(call, writer, client, "disable");
}

export async function enableClient(
  call: Call,
  writer: Writer,
  { params }: InputOf<"clients.enable">,
): WrittenClient {
  const client = await readClient(call, writer, params.client);
  assertNotRevoked(client.value);
  return step(call, writer, client, "enable");
}

/** Tokens of this very instant are over, too: what was issued in the same millisecond cannot be told apart. */
export async function revokeClientTokens(
  call: Call,
  writer: Writer,
  { params }: InputOf<"clients.tokens.revoke">,
): WrittenClient {
  const client = await readClient(call, writer, params.client);
  assertUnchanged(call, client.rev);
  assertNotRevoked(client.value);
  const value = { ...client.value, revokedBefore: call.now };
  return answer(call, writer, await record(call, writer, value, "client.tokens_revoked"));
}

export async function deleteClient(
  call: Call,
  writer: Writer,
  { params }: InputOf<"clients.delete">,
): Promise<Written<undefined>> {
  const client = await readClient(call, writer, params.client);
  assertUnchanged(call, client.rev);
  const { id, name, state } = client.value;
  if (state !== "revoked") throw new OperationError("client_not_revoked");
  const facts = factsOf(call, "client.deleted", { name });
  const rev = await writer.record(call.caller.scope, { entity: "client", id, value: null }, facts);
  return { result: undefined, rev, targetId: id };
}

const PAST_TENSE = { enable: "enabled", disable: "disabled", revoke: "revoked" } as const;

async function step(
  call: Call,
  writer: Writer,
  before: Versioned<Client>,
  action: keyof typeof PAST_TENSE,
  fields: Partial<Client> = {},
): WrittenClient {
  assertUnchanged(call, before.rev);
  const state = nextClientState(before.value.state, action);
  if (state === before.value.state) return answer(call, writer, before);
  const value = { ...before.value, ...fields, state };
  return answer(call, writer, await record(call, writer, value, `client.${PAST_TENSE[action]}`));
}

async function record(
  call: Call,
  writer: Writer,
  client: Client,
  action: AuditAction,
): Promise<Versioned<Client>> {
  const value = { ...client, updatedAt: call.now };
  const detail = action === "client.revoked" ? { reason: client.revokedReason } : {};
  const change = { entity: "client", id: value.id, value } as const;
  return {
    value,
    rev: await writer.record(call.caller.scope, change, factsOf(call, action, detail)),
  };
}

async function answer(call: Call, writer: Writer, client: Versioned<Client>): WrittenClient {
  const result = await describeClient(writer, call.caller.scope, client, call.now);
  return { result, rev: client.rev, targetId: client.value.id };
}
