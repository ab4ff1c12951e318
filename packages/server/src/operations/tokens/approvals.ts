// Tokens that wait for an approval, because a policy asks for one (spec/policies.md §6).
import { OperationError } from "@keyward/core/failure/failures";
import { statusOf } from "@keyward/core/model/key-state";
import type { Key } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertFresh, assertMayManage } from "../grants.ts";
import { describeKey } from "../keys/describe-keys.ts";
import { isOwn } from "./holder.ts";
import { readToken } from "./tokens.ts";

/** From now on it works. One that works already stays as it is. */
export async function approveToken(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"tokens.approve">,
): Promise<Written<ResultOf<"tokens.approve">>> {
  const before = await readForDecision(call, writer, params.token);
  const status = statusOf(before.value.state, before.value.expiresAt, call.now);
  if (status === "revoked") throw new OperationError("key_revoked");
  if (status === "expired") throw new OperationError("key_expired");
  if (status !== "pending") return await answer(call, writer, before);
  const value: Key = { ...before.value, state: "active", updatedAt: call.now };
  return await record(call, writer, value, "key.approved", body.reason ?? null);
}

/** It never works. One that has been approved is revoked instead. */
export async function denyToken(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"tokens.deny">,
): Promise<Written<ResultOf<"tokens.deny">>> {
  const before = await readForDecision(call, writer, params.token);
  if (before.value.state === "revoked") return await answer(call, writer, before);
  if (before.value.state !== "pending") throw new OperationError("key_not_pending");
  const ended = { state: "revoked", revokedAt: call.now, revokedReason: body.reason } as const;
  const value: Key = { ...before.value, ...ended, updatedAt: call.now };
  return await record(call, writer, value, "key.denied", body.reason);
}

/** @throws OperationError `own_key` to whoever would decide on their own */
async function readForDecision(
  call: Call,
  writer: Writer,
  id: Parameters<typeof readToken>[2],
): Promise<Versioned<Key>> {
  assertFresh(call);
  const key = await readToken(call, writer, id);
  assertUnchanged(call, key.rev);
  if (await isOwn(call, writer, key.value)) {
    throw new OperationError("own_key", { detail: "Somebody else decides about your own token" });
  }
  const api = found(await writer.findApi(call.caller.scope, key.value.apiId), "api").value;
  assertMayManage(call, api, key.value);
  return key;
}

async function record(
  call: Call,
  writer: Writer,
  value: Key,
  action: "key.approved" | "key.denied",
  reason: string | null,
): Promise<Written<ResultOf<"tokens.approve">>> {
  const change = { entity: "key", id: value.id, value } as const;
  const facts = factsOf(call, action, { reason });
  const rev = await writer.record(call.caller.scope, change, facts);
  return await answer(call, writer, { value, rev });
}

async function answer(
  call: Call,
  writer: Writer,
  key: Versioned<Key>,
): Promise<Written<ResultOf<"tokens.approve">>> {
  const result = await describeKey(writer, call.caller.scope, key, call.now);
  return { result, rev: key.rev, targetId: key.value.id };
}
