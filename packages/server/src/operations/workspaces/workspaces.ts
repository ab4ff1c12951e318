import type { WorkspaceId } from "@keyward/core/id";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { Reader, TenantScope, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertUnlimitedCaller } from "../grants.ts";
import type { ReadAccess } from "../handlers.ts";
import { isSame } from "../is-same.ts";
import { describeKey } from "../keys/describe-keys.ts";
import { pageOf } from "../paging.ts";
import { presentWorkspace } from "../present.ts";
import { foundWorkspace } from "./found-workspace.ts";

export async function listWorkspaces(
  call: Call,
  { reader, system }: ReadAccess,
  { query }: InputOf<"workspaces.list">,
): Promise<ResultOf<"workspaces.list">> {
  if (call.caller.operator) {
    const load = system.listWorkspaces.bind(system);
    return pageOf(call, "workspaces.list", query, load, (items) => items.map(presentWorkspace));
  }
  const own = found(await reader.findWorkspace(call.caller.scope), "workspace");
  return { data: [presentWorkspace(own)], next_cursor: null };
}

export async function getWorkspace(
  call: Call,
  { reader }: ReadAccess,
  { params }: InputOf<"workspaces.get">,
): Promise<ResultOf<"workspaces.get">> {
  const workspace = await findWithin(reader, scopeFor(call, params.workspace));
  return presentWorkspace(workspace);
}

export async function createWorkspace(
  call: Call,
  writer: Writer,
  { body }: InputOf<"workspaces.create">,
): Promise<Written<ResultOf<"workspaces.create">>> {
  await assertUnlimitedCaller(call, writer);
  const founded = await foundWorkspace(call, writer, { name: body.name, operator: false });
  const key = await describeKey(writer, founded.scope, founded.key, call.now);
  const result = {
    ...presentWorkspace(founded.workspace),
    management_key: { ...key, secret: founded.secret.reveal() },
  };
  return { result, rev: founded.key.rev, targetId: founded.workspace.value.id };
}

export async function updateWorkspace(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"workspaces.update">,
): Promise<Written<ResultOf<"workspaces.update">>> {
  const scope = scopeFor(call, params.workspace);
  const before = await findWithin(writer, scope);
  assertUnchanged(call, before.rev);
  const after = { ...before.value, name: body.name ?? before.value.name };
  if (isSame(after, before.value)) {
    return { result: presentWorkspace(before), rev: before.rev, targetId: after.id };
  }
  const value = { ...after, updatedAt: call.now };
  const facts = factsOf(call, "workspace.updated", { fields: Object.keys(body).sort() });
  const change = { entity: "workspace", id: value.id, value } as const;
  const rev = await writer.record(found(scope, "workspace"), change, facts);
  return { result: presentWorkspace({ value, rev }), rev, targetId: value.id };
}

/** One's own workspace, or any for the operator; `undefined` otherwise, as if there were none (K6). */
function scopeFor(call: Call, id: WorkspaceId | undefined): TenantScope | undefined {
  if (id === undefined) return undefined;
  if (id === call.caller.scope) return call.caller.scope;
  return call.caller.operator ? tenantScope(id) : undefined;
}

async function findWithin(reader: Reader, scope: TenantScope | undefined) {
  return found(scope && (await reader.findWorkspace(scope)), "workspace");
}
