import type { Client } from "@keyward/core/model/client";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { raiseCredits } from "../credits.ts";
import { assertNotRevoked, readClient } from "./client-rules.ts";
import { describeClient } from "./describe-clients.ts";

export async function addClientCredits(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"clients.credits.add">,
): Promise<Written<ResultOf<"clients.credits.add">>> {
  const { scope } = call.caller;
  const before = await readClient(call, writer, params.client);
  assertUnchanged(call, before.rev);
  assertNotRevoked(before.value);
  const { limits, detail } = await raiseCredits(call, writer, before.value, body);
  const value: Client = { ...before.value, limits, updatedAt: call.now };
  const facts = factsOf(call, "client.credits_added", detail);
  const rev = await writer.record(scope, { entity: "client", id: value.id, value }, facts);
  const result = await describeClient(writer, scope, { value, rev }, call.now);
  return { result, rev, targetId: value.id };
}
