import { useClient, useSession } from "../../../api/session.tsx";
import { LimitGauges } from "../../../limits/limit-gauges.tsx";
import { PlanAndLimits } from "../../../limits/plan-and-limits.tsx";
import type { ClientEditorProps } from "./client-page.tsx";

/** All its tokens together count against them. */
export function ClientLimits({ of: client, onSave }: ClientEditorProps) {
  const api = useClient();
  const { can } = useSession();
  const isFixed = !can("clients:write") || client.status === "revoked";
  return (
    <>
      <LimitGauges id={client.id} read={(options) => api.clients.limits(client.id, {}, options)} />
      <PlanAndLimits of={client} isFixed={isFixed} onSave={onSave} />
    </>
  );
}
