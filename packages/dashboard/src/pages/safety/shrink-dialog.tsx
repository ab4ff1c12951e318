import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { SafetyFinding, Shrinking } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { ScopeDiff } from "../../parts/scope-diff.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { partText } from "../../text/parts.ts";
import { safetyText } from "../../text/safety.ts";

interface ShrinkDialogProps {
  readonly of: SafetyFinding;
  readonly onClose: () => void;
}

/** What a key would lose, before it does. It is changed as it was looked at, or not at all. */
export function ShrinkDialog({ of: finding, onClose }: ShrinkDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const say = useToast();
  const shrinking = useQuery({
    queryKey: ["safety", finding.key, "shrink"],
    queryFn: ({ signal }) => client.safety.shrink(finding.key, {}, { signal }),
    gcTime: 0,
  });
  const shrink = useAction(async () => {
    if (!shrinking.data?.proposal) return;
    const { proposal, rev } = shrinking.data;
    await client.keys.update(finding.key, proposal, { ifMatch: rev });
    for (const queryKey of [["safety"], ["keys"], ["key", finding.key]]) {
      await queries.invalidateQueries({ queryKey });
    }
    say(safetyText.mended);
    onClose();
  });
  const canShrink = Boolean(shrinking.data?.proposal);
  return (
    <Dialog
      title={safetyText.shrinkTitle}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{partText.cancel}</Button>
          {canShrink && (
            <Button
              tone="primary"
              busy={shrink.isRunning && safetyText.applying}
              onClick={() => void shrink.run()}
            >
              {safetyText.apply}
            </Button>
          )}
        </>
      }
    >
      <p>
        <strong>{finding.key_name}</strong> · {finding.owner}
      </p>
      <Loaded query={shrinking} lines={3}>
        {(shrinking) => <Proposal of={shrinking} />}
      </Loaded>
      <ComplaintNotice complaint={shrink.complaint} />
    </Dialog>
  );
}

function Proposal({ of: shrinking }: { readonly of: Shrinking }) {
  const { outcome, detail, days, observed_since, granted, proposal } = shrinking;
  if (outcome === "unknown") {
    return (
      <Notice tone="warn" title={safetyText.unknown}>
        <p>{detail}</p>
      </Notice>
    );
  }
  if (proposal === null) return <Notice tone="good">{safetyText.least}</Notice>;
  return (
    <>
      <p>{safetyText.shrinkLead(days, observed_since ?? "–")}</p>
      <ScopeDiff before={linesOf(granted)} after={linesOf(proposal)} />
    </>
  );
}

function linesOf({ roles, scopes }: Shrinking["granted"]): readonly string[] {
  return [...roles.map((role) => `role ${role}`), ...scopes];
}
