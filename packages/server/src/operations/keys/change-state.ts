// Revoke, disable, enable: the steps of a key's life. A step that leads nowhere new writes nothing.
import { OperationError } from "@keyward/core/failure/failures";
import { nextState } from "@keyward/core/model/key-state";
import type { Key } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertNotOwnKey, assertWithinCaller } from "../grants.ts";
import { describeKey } from "./describe-keys.ts";
import { readManagedKey } from "./read-managed-key.ts";

const PAST_TENSE = { enable: "enabled", disable: "disabled", revoke: "revoked" } as const;

/** Who holds a key may end it, so a management key may revoke itself. */
export async function revokeKey(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"keys.revoke">,
): Promise<Written<ResultOf<"keys.get">>> {
  const { key } = await readManagedKey(call, writer, params.key);
  const reason = body.reason ?? null;
  return step(call, writer, key, "revoke", { revokedAt: call.now, revokedReason: reason });
}

export async function disableKey(
  call: Call,
  writer: Writer,
  { params }: InputOf<"keys.disable">,
): Promise<Written<ResultOf<"keys.disable">>> {
  const { key } = await readManagedKey(call, writer, params.key);
  assertNotOwnKey(call, key.value);
  assertNotRevoked(key.value);
  return step(call, writer, key, "disable");
}

export async function enableKey(
  call: Call,
  writer: Writer,
  { params }: InputOf<"keys.enable">,
): Promise<Written<ResultOf<"keys.enable">>> {
  const { key, api } = await readManagedKey(call, writer, params.key);
  assertNotRevoked(key.value);
  await assertWithinCaller(call, writer, api, key.value);
  return step(call, writer, key, "enable");
}

async function step(
  call: Call,
  writer: Writer,
  before: Versioned<Key>,
  action: keyof typeof PAST_TENSE,
  fields: Partial<Key> = {},
): Promise<Written<ResultOf<"keys.get">>> {
  const { scope } = call.caller;
  assertUnchanged(call, before.rev);
  const state = nextState(before.value.state, action);
  const after =
    state === before.value.state
      ? before
      : await record(call, writer, { ...before.value, ...fields, state }, action);
  const result = await describeKey(writer, scope, after, call.now);
  return { result, rev: after.rev, targetId: after.value.id };
}

async function record(
  call: Call,
  writer: Writer,
  key: Key,
  action: keyof typeof PAST_TENSE,
): Promise<Versioned<Key>> {
  const value = { ...key, updatedAt: call.now };
  const detail = action === "revoke" ? { reason: key.revokedReason } : {};
  const facts = factsOf(call, `key.${PAST_TENSE[action]}`, detail);
  const change = { entity: "key", id: key.id, value } as const;
  return { value, rev: await writer.record(call.caller.scope, change, facts) };
}

function assertNotRevoked(key: Key): void {
  if (key.state === "revoked") throw new OperationError("key_revoked");
}
