import { useState } from "react";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ComplaintNotice } from "../../parts/notice.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { partText } from "../../text/parts.ts";
import { tokensText } from "../../text/tokens.ts";
import styles from "../settings/settings.module.css";

interface TokenActionsProps {
  readonly of: Key;
  readonly onChanged: () => void;
}

export function TokenActions({ of, onChanged }: TokenActionsProps) {
  const client = useClient();
  const say = useToast();
  const [isAsking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const renew = useAction(async () => {
    setSecret((await client.tokens.renew(of.id, {})).secret);
    onChanged();
  });
  const revoke = useAction(async () => {
    await client.tokens.revoke(of.id, {});
    say(tokensText.revoked);
    setAsking(false);
    onChanged();
  });
  if (of.status === "revoked") return null;
  return (
    <span className={styles.actions}>
      {of.status === "active" && (
        <Button onClick={() => void renew.run()}>{tokensText.renew}</Button>
      )}
      <Button onClick={() => setAsking(true)}>{tokensText.revoke}</Button>
      <ComplaintNotice complaint={renew.complaint} />
      {isAsking && (
        <Dialog
          title={tokensText.revokeTitle}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{partText.cancel}</Button>
              <Button
                tone="danger"
                busy={revoke.isRunning && tokensText.saving}
                onClick={() => void revoke.run()}
              >
                {tokensText.revoke}
              </Button>
            </>
          }
        >
          <p>
            <strong>{of.name}</strong> · {of.owner}
          </p>
          <p>{tokensText.revokeLead}</p>
          <ComplaintNotice complaint={revoke.complaint} />
        </Dialog>
      )}
      {secret !== undefined && (
        <RevealDialog
          title={tokensText.renewed}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </span>
  );
}
