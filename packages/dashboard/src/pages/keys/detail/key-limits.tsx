import { useSession } from "../../../api/session.tsx";
import { PlanAndLimits } from "../../../limits/plan-and-limits.tsx";
import type { KeyEditorProps } from "./key-page.tsx";

export function KeyLimits({ of: key, onSave }: KeyEditorProps) {
  const { can } = useSession();
  const isFixed = !can("keys:write") || key.status === "revoked";
  return <PlanAndLimits of={key} isFixed={isFixed} onSave={onSave} />;
}
