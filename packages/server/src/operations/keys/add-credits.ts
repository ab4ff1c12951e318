import { OperationError } from "@keyward/core/failure/failures";
import type { Key } from "@keyward/core/model/records";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { raiseCredits } from "../credits.ts";
import { describeKey } from "./describe-keys.ts";
import { readManagedKey } from "./read-managed-key.ts";

export async function addCredits(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"keys.credits.add">,
): Promise<Written<ResultOf<"keys.credits.add">>> {
  const { scope } = call.caller;
  const { key: before } = await readManagedKey(call, writer, params.key);
  assertUnchanged(call, before.rev);
  if (before.value.state === "revoked") throw new OperationError("key_revoked");
  const { limits, detail } = await raiseCredits(call, writer, before.value, body);
  const value: Key = { ...before.value, limits, updatedAt: call.now };
  const facts = factsOf(call, "key.credits_added", detail);
  const rev = await writer.record(scope, { entity: "key", id: value.id, value }, facts);
  const result = await describeKey(writer, scope, { value, rev }, call.now);
  return { result, rev, targetId: value.id };
}
