import { OperationError } from "@keyward/core/failure/failures";
import type { InputOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { readManagedKey } from "./read-managed-key.ts";

/** Takes out the record of a revoked key; what happened to it stays in the audit log. */
export async function deleteKey(
  call: Call,
  writer: Writer,
  { params }: InputOf<"keys.delete">,
): Promise<Written<undefined>> {
  const { key } = await readManagedKey(call, writer, params.key);
  assertUnchanged(call, key.rev);
  const { id, name, state } = key.value;
  if (state !== "revoked") throw new OperationError("key_not_revoked");
  const facts = factsOf(call, "key.deleted", { name });
  const rev = await writer.record(call.caller.scope, { entity: "key", id, value: null }, facts);
  return { result: undefined, rev, targetId: id };
}
