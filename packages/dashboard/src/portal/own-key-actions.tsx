import { useState } from "react";
import type { PortalKey } from "@keyward/sdk/client/operations.generated";
import { Button } from "../parts/button.tsx";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { OverlapDialog } from "../parts/overlap-dialog.tsx";
import { Row } from "../parts/stack.tsx";
import { useToast } from "../parts/toasts.tsx";
import { portalText } from "../text/portal.ts";
import type { Shown } from "./portal-page.tsx";
import { RestrictOwnKeyDialog } from "./restrict-own-key-dialog.tsx";
import { useVisit } from "./visit.tsx";

interface OwnKeyActionsProps {
  readonly of: PortalKey;
  readonly onChanged: () => Promise<void>;
  readonly onShow: (shown: Shown) => void;
}

/** What the session offers, of what the key's state allows. */
export function OwnKeyActions({ of: key, onChanged, onShow }: OwnKeyActionsProps) {
  const { client, session } = useVisit();
  const say = useToast();
  const [open, setOpen] = useState<"rotate" | "restrict">();
  const close = () => setOpen(undefined);
  if (key.status === "revoked") return null;
  const may = (action: (typeof session.actions)[number]) => session.actions.includes(action);
  const working = key.secrets.filter(({ status }) => status === "active");
  const force = working.length > 1;
  return (
    <Row>
      {may("rotate") && key.status !== "expired" && (
        <Button onClick={() => setOpen("rotate")}>{portalText.rotate}</Button>
      )}
      {may("restrict") && (
        <Button onClick={() => setOpen("restrict")}>{portalText.restrict}</Button>
      )}
      {may("revoke") && (
        <ConfirmButton
          verb={portalText.revoke}
          title={portalText.revokeTitle}
          tone="normal"
          onConfirm={async () => {
            await client.portal.keys.revoke(key.id);
            await onChanged();
            say(portalText.revoked);
          }}
        >
          <p>
            <strong>{key.name}</strong> <code>…{key.hint}</code>
          </p>
          <p>{portalText.revokeLead}</p>
        </ConfirmButton>
      )}
      {open === "rotate" && (
        <OverlapDialog
          title={portalText.rotateTitle}
          lead={portalText.rotateLead}
          warning={force ? portalText.running : undefined}
          onRotate={async (overlap_seconds) => {
            const { secret } = await client.portal.keys.rotate(key.id, { overlap_seconds, force });
            close();
            onShow({ title: portalText.rotated, secret });
            await onChanged();
          }}
          onClose={close}
        />
      )}
      {open === "restrict" && (
        <RestrictOwnKeyDialog
          of={key}
          onClose={close}
          onSaved={async () => {
            close();
            say(portalText.saved);
            await onChanged();
          }}
        />
      )}
    </Row>
  );
}
