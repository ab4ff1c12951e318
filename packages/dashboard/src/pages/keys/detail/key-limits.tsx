import { useClient, useSession } from "../../../api/session.tsx";
import { LimitGauges } from "../../../limits/limit-gauges.tsx";
import { PlanAndLimits } from "../../../limits/plan-and-limits.tsx";
import type { KeyEditorProps } from "./key-page.tsx";

export function KeyLimits({ of: key, onSave }: KeyEditorProps) {
  const client = useClient();
  const { can } = useSession();
  const isFixed = !can("keys:write") || key.status === "revoked";
  return (
    <>
      <LimitGauges id={key.id} read={(options) => client.keys.limits(key.id, options)} />
      <PlanAndLimits of={key} isFixed={isFixed} onSave={onSave} />
    </>
  );
}
