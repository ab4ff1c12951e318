import type { Secret } from "@keyward/core/key/secret";
import type { Member, Workspace } from "@keyward/core/model/records";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import { tenantScope } from "../storage/storage.ts";
import { BUILT_IN_API } from "../contract/permissions.ts";
import { FIRST_LINK_SECONDS } from "../contract/limits.ts";
import { factsOf, found, mintId } from "./call.ts";
import { issueLink } from "./sign-in/link.ts";
import { foundWorkspace, issueManagementKey } from "./workspaces/found-workspace.ts";
import type { Founder } from "./workspaces/found-workspace.ts";

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Hands the secret to the operator. It is called before the commit: should the process die between, storage is still
   * empty and the next start issues another; the other order could lose the only key.
   */
  readonly deliver: (secret: Secret) => Promise<void>;
}

/** Makes the operator's workspace and its first management key, if there is nothing yet. Answers whether it did. */
export async function firstStart(storage: Storage, tools: Tools): Promise<boolean> {
  if (!(await storage.system.isEmpty())) return false;
  const founder = founderAt(tools, "first start");
  await storage.write(async (writer) => {
    const founded = await foundWorkspace(founder, writer, { name: "Default", operator: true });
    await tools.deliver(founded.secret);
  });
  return true;
}

/** Makes the first administrator, and the path of the link by which they come in. */
export async function firstLink(
  storage: Storage,
  tools: Pick<Tools, "clock" | "random">,
): Promise<string> {
  const founder = founderAt(tools, "first start");
  const { id: workspaceId } = await readOperator(storage);
  const scope = tenantScope(workspaceId);
  const member: Member = {
    id: mintId(founder, "member"),
    workspaceId,
    name: "Administrator",
    email: null,
    role: "owner",
    disabled: false,
    identity: null,
    lastSignedInAt: null,
    createdAt: founder.now,
    updatedAt: founder.now,
  };
  const { result } = await storage.write(async (writer) => {
    const facts = factsOf(founder, "member.created", { name: member.name, role: member.role });
    const change = { entity: "member", id: member.id, value: member } as const;
    await writer.record(scope, change, facts);
    return await issueLink(founder, writer, scope, member, FIRST_LINK_SECONDS);
  });
  return result.path;
}

/**
 * Issues one more management key of the operator's workspace, for an operator who has lost all others and can reach the
 * data directory.
 *
 * @throws OperationError `not_found` when there was no first start yet
 */
export async function recoverManagementKey(storage: Storage, tools: Tools): Promise<void> {
  const founder = founderAt(tools, "recovery");
  const scope = tenantScope((await readOperator(storage)).id);
  await storage.write(async (writer) => {
    const api = found(await writer.findApiByPrefix(scope, BUILT_IN_API.prefix), "api");
    const name = "Recovered management key";
    const issued = await issueManagementKey(founder, writer, scope, api.value, name);
    await tools.deliver(issued.secret);
  });
}

/** @throws OperationError `not_found` when there was no first start yet */
async function readOperator(storage: Storage): Promise<Workspace> {
  const page = await storage.system.listWorkspaces({ limit: 250, after: null });
  const operator = page.items.find(({ value }) => value.operator);
  return found(operator, "workspace").value;
}

function founderAt({ clock, random }: Pick<Tools, "clock" | "random">, event: string): Founder {
  return {
    actor: { type: "system", id: event, ip: null },
    now: clock.now(),
    random,
    requestId: event,
  };
}
