import { useState } from "react";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { tokensText } from "../../text/tokens.ts";
import type { TokenActionsProps } from "./token-actions.tsx";

/** For who may approve tokens; nobody approves their own, which Keyward says when one tries. */
export function TokenApproval({ of, onChanged }: TokenActionsProps) {
  const client = useClient();
  const { can } = useSession();
  const say = useToast();
  const [isDenying, setDenying] = useState(false);
  if (!can("tokens:approve")) return null;
  return (
    <>
      <ConfirmButton
        verb={tokensText.approve}
        title={tokensText.approveTitle}
        tone="primary"
        onConfirm={async () => {
          await client.tokens.approve(of.id, {}, { ifMatch: of.rev });
          say(tokensText.approved);
          onChanged();
        }}
      >
        <p>
          <strong>{of.name}</strong> · {tokensText.asks(of.owner, of.scopes.join(", "))}
        </p>
        <p>{tokensText.approveLead}</p>
      </ConfirmButton>
      <Button onClick={() => setDenying(true)}>{tokensText.deny}</Button>
      {isDenying && <DenyDialog of={of} onChanged={onChanged} onClose={() => setDenying(false)} />}
    </>
  );
}

interface DenyDialogProps extends TokenActionsProps {
  readonly onClose: () => void;
}

function DenyDialog({ of, onChanged, onClose }: DenyDialogProps) {
  const client = useClient();
  const say = useToast();
  const [reason, setReason] = useState("");
  const deny = useAction(async () => {
    await client.tokens.deny(of.id, { reason: reason.trim() }, { ifMatch: of.rev });
    say(tokensText.denied);
    onClose();
    onChanged();
  });
  return (
    <Dialog title={tokensText.denyTitle} onClose={onClose}>
      <p>
        <strong>{of.name}</strong> · {tokensText.asks(of.owner, of.scopes.join(", "))}
      </p>
      <p>{tokensText.denyLead}</p>
      <Form
        action={deny}
        submit={tokensText.deny}
        busy={tokensText.denying}
        isIncomplete={reason.trim() === ""}
      >
        <TextField
          label={tokensText.reason}
          error={deny.complaint?.fields["/reason"]}
          required
          maxLength={500}
          data-autofocus
          value={reason}
          onValue={setReason}
        />
      </Form>
    </Dialog>
  );
}
