// Who holds personal access tokens: a user, who may do what is written down of them, and their tokens never more.
import { OperationError } from "@keyward/core/failure/failures";
import type { Api, Key, Member, Owner } from "@keyward/core/model/records";
import { compileGrants, covers, isWithin } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { grantsOfRole } from "../../contract/member-roles.ts";
import type { Permission } from "../../contract/permissions.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { factsOf, found, mintId } from "../call.ts";
import type { Call } from "../call.ts";
import { assertOwnerEnabled } from "../grants.ts";
import { invalid } from "../invalid.ts";
import { isSame } from "../is-same.ts";
import { resolveOwner } from "../resolve.ts";

type By = Pick<Call, "actor" | "now" | "random" | "requestId">;

/**
 * A member holds tokens for Keyward itself; whoever may write keys makes those of the producer's users.
 *
 * @throws OperationError `invalid_request`, `not_found`, `insufficient_permission`, `owner_disabled`
 */
export async function holderFor(
  call: Call,
  writer: Writer,
  api: Api,
  reference: string | undefined,
): Promise<Owner> {
  if (reference === undefined) return await ownHolder(call, writer, api);
  assertCallerHas(call, "keys:write");
  if (api.builtIn) {
    throw invalid("/owner", "not_yours", "For Keyward itself everybody makes their own tokens");
  }
  const owner = (await resolveOwner(writer, call.caller.scope, reference)).value;
  assertOwnerEnabled(owner);
  if (owner.type !== "user") {
    throw invalid(
      "/owner",
      "not_a_user",
      "A personal access token is a user's; make a key instead",
    );
  }
  return owner;
}

async function ownHolder(call: Call, writer: Writer, api: Api): Promise<Owner> {
  const { member } = call.caller;
  if (member === undefined) throw invalid("/owner", "required", "Say for which user it is");
  if (!api.builtIn) {
    throw invalid("/owner", "required", "A token of your own is for Keyward itself; name its user");
  }
  const { value } = found(await writer.findMember(call.caller.scope, member.id), "member");
  const known = await writer.findOwnerByExternalId(call.caller.scope, value.id);
  if (known !== undefined) return known.value;
  const owner: Owner = {
    id: mintId(call, "owner"),
    workspaceId: call.caller.scope,
    externalId: value.id,
    type: "user",
    name: value.name,
    disabled: false,
    rights: grantsOfRole(value.role),
    planId: null,
    limits: [],
    metadata: {},
    createdAt: call.now,
    updatedAt: call.now,
  };
  await record(call, writer, owner, "owner.created");
  return owner;
}

/** What a member may do has changed, and with it what their tokens may: from the same commit on. */
export async function followMember(by: By, writer: Writer, member: Member): Promise<void> {
  const known = await writer.findOwnerByExternalId(tenantScope(member.workspaceId), member.id);
  if (known === undefined) return;
  const { disabled, role, name } = member;
  const after: Owner = { ...known.value, name, disabled, rights: grantsOfRole(role) };
  if (isSame(after, known.value)) return;
  await record(by, writer, { ...after, updatedAt: by.now }, "owner.updated");
}

async function record(
  by: By,
  writer: Writer,
  value: Owner,
  action: "owner.created" | "owner.updated",
): Promise<void> {
  const facts = factsOf(by, action, { external_id: value.externalId, with: "token" });
  const change = { entity: "owner", id: value.id, value } as const;
  await writer.record(tenantScope(value.workspaceId), change, facts);
}

/** @throws OperationError `exceeds_own_permissions`: a token never has what its user has not */
export function assertWithinRights(owner: Owner, scopes: readonly ScopeGrant[]): void {
  if (isWithin(scopes, compileGrants(owner.rights ?? []))) return;
  throw new OperationError("exceeds_own_permissions", {
    detail:
      owner.rights === null
        ? "Nothing is known of what that user may do: set the rights of the owner first"
        : "The token would have a permission that its user has not",
  });
}

/** Whether it is a token of the member who calls, or the one that the call came with. */
export async function isOwn({ caller }: Call, reader: Reader, key: Key): Promise<boolean> {
  if (caller.keyId === key.id) return true;
  if (caller.member === undefined) return false;
  const owner = await reader.findOwner(caller.scope, key.ownerId);
  return owner?.value.externalId === caller.member.id;
}

/** @throws OperationError `insufficient_permission` */
export function assertCallerHas({ caller }: Call, permission: Permission): void {
  if (covers(caller.grants, permission)) return;
  const detail = `The operation needs ${permission}`;
  throw new OperationError("insufficient_permission", { detail });
}
