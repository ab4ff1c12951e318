import { useSession } from "../../../api/session.tsx";
import { PlanAndLimits } from "../../../limits/plan-and-limits.tsx";
import type { KeyEditorProps } from "./key-page.tsx";
import { useKeySave } from "./use-key-save.ts";

export function KeyLimits(props: KeyEditorProps) {
  const { can } = useSession();
  const save = useKeySave(props);
  const isFixed = !can("keys:write") || props.of.status === "revoked";
  return <PlanAndLimits of={props.of} isFixed={isFixed} onSave={save} />;
}
