import { useState } from "react";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { useShortcut } from "../../../parts/shortcuts.ts";
import { useToast } from "../../../parts/toasts.tsx";
import { keyText } from "../../../text/key.ts";
import { shortcutText } from "../../../text/shortcuts.ts";
import type { KeyPartProps } from "./key-page.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";

export function KeyActions({ of: key, onChanged }: KeyPartProps) {
  const client = useClient();
  const { can } = useSession();
  const say = useToast();
  const [open, setOpen] = useState<"rotate" | "revoke">();
  const isOver = key.status === "revoked";
  const canRotate = !isOver && key.status !== "expired";
  const verb = key.status === "disabled" ? "enable" : "disable";
  const toggle = useAction(async () => {
    onChanged(await client.keys[verb](key.id));
    say(verb === "enable" ? keyText.enabled : keyText.disabled);
  });
  useShortcut("r", shortcutText.rotate, () => canRotate && setOpen("rotate"));
  useShortcut("R", shortcutText.revoke, () => !isOver && setOpen("revoke"));
  if (!can("keys:write")) return null;
  return (
    <>
      {canRotate && (
        <Button icon="rotate" onClick={() => setOpen("rotate")}>
          {keyText.rotate}
        </Button>
      )}
      {!isOver && (
        <>
          <Button
            icon={verb === "enable" ? "play" : "pause"}
            busy={toggle.isRunning && keyText.saving}
            onClick={() => void toggle.run()}
          >
            {keyText[verb]}
          </Button>
          <Button tone="danger" onClick={() => setOpen("revoke")}>
            {keyText.revoke}
          </Button>
        </>
      )}
      <ComplaintNotice complaint={toggle.complaint} />
      {open === "rotate" && (
        <RotateDialog of={key} onChanged={onChanged} onClose={() => setOpen(undefined)} />
      )}
      {/* It tells how far the revocation has come, so it outlives the key. */}
      {open === "revoke" && (
        <RevokeDialog of={key} onChanged={onChanged} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
}

export interface KeyDialogProps extends KeyPartProps {
  readonly of: Key;
  readonly onClose: () => void;
}
