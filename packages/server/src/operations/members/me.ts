import { covers } from "@keyward/core/scope/scope";
import { addSeconds, formatInstant } from "@keyward/core/time";
import { STEP_UP_SECONDS } from "../../contract/limits.ts";
import type { ResultOf } from "../../contract/operations.ts";
import { PERMISSIONS } from "../../contract/permissions.ts";
import type { Permission } from "../../contract/permissions.ts";
import type { Reader } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";

export async function getMe({ caller }: Call, reader: Reader): Promise<ResultOf<"me">> {
  const { member, keyId = null, grants, scope } = caller;
  const workspace = found(await reader.findWorkspace(scope), "workspace").value;
  const permissions = (Object.keys(PERMISSIONS) as Permission[]).filter((permission) =>
    covers(grants, permission),
  );
  const { id, name, operator } = workspace;
  const shared = { key_id: keyId, workspace: { id, name, operator }, permissions };
  if (member === undefined) return { member: null, ...shared, session: null };
  const self = found((await reader.findMember(scope, member.id))?.value, "member");
  const { session } = member;
  return {
    member: { id: self.id, name: self.name, email: self.email, role: self.role },
    ...shared,
    session: {
      id: session.id,
      expires_at: formatInstant(session.expiresAt),
      fresh_until: formatInstant(addSeconds(session.provedAt, STEP_UP_SECONDS)),
    },
  };
}
