import { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import type { Owner } from "@keyward/core/model/records";
import type { Writer } from "../../storage/storage.ts";
import { factsOf, mintId } from "../call.ts";
import type { Call } from "../call.ts";
import { assertOwnerEnabled } from "../grants.ts";
import { findOwner } from "../resolve.ts";

/**
 * The owner of a new credential, made with it where the producer's id is new.
 *
 * @param what is made for it
 * @throws OperationError `owner_disabled`, `not_found`
 */
export async function findOrCreateOwner(
  call: Call,
  writer: Writer,
  reference: string,
  what: "key" | "client" | "portal",
): Promise<Owner> {
  const { scope } = call.caller;
  const existing = await findOwner(writer, scope, reference);
  if (existing !== undefined) {
    assertOwnerEnabled(existing.value);
    return existing.value;
  }
  // An id of ours that is not there is a mistake, not the producer's id of somebody new.
  if (parseId("owner", reference) !== undefined) {
    throw new OperationError("not_found", { detail: "There is no such owner" });
  }
  const owner: Owner = {
    id: mintId(call, "owner"),
    workspaceId: scope,
    externalId: reference,
    type: "app",
    name: null,
    disabled: false,
    planId: null,
    limits: [],
    rights: null,
    metadata: {},
    createdAt: call.now,
    updatedAt: call.now,
  };
  const facts = factsOf(call, "owner.created", { external_id: reference, with: what });
  await writer.record(scope, { entity: "owner", id: owner.id, value: owner }, facts);
  return owner;
}
