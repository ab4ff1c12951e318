import { useState } from "react";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { ComplaintNotice } from "../../parts/notice.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { Row } from "../../parts/stack.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { tokensText } from "../../text/tokens.ts";
import { TokenApproval } from "./token-approval.tsx";

export interface TokenActionsProps {
  readonly of: Key;
  readonly onChanged: () => void;
}

export function TokenActions({ of, onChanged }: TokenActionsProps) {
  const client = useClient();
  const say = useToast();
  const [secret, setSecret] = useState<string>();
  const renew = useAction(async () => {
    setSecret((await client.tokens.renew(of.id, {})).secret);
    onChanged();
  });
  if (of.status === "revoked") return null;
  return (
    <Row>
      {of.status === "pending" && <TokenApproval of={of} onChanged={onChanged} />}
      {of.status === "active" && (
        <Button onClick={() => void renew.run()}>{tokensText.renew}</Button>
      )}
      <ConfirmButton
        verb={tokensText.revoke}
        title={tokensText.revokeTitle}
        tone="normal"
        onConfirm={async () => {
          await client.tokens.revoke(of.id, {});
          say(tokensText.revoked);
          onChanged();
        }}
      >
        <p>
          <strong>{of.name}</strong> · {of.owner}
        </p>
        <p>{tokensText.revokeLead}</p>
      </ConfirmButton>
      <ComplaintNotice complaint={renew.complaint} />
      {secret !== undefined && (
        <RevealDialog
          title={tokensText.renewed}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Row>
  );
}
