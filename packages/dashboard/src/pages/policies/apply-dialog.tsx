import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Policy } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { applyText } from "../../text/policies.ts";
import type { Grace } from "./policy-application.tsx";

const NUMBER = new Intl.NumberFormat("en");

interface ApplyDialogProps {
  readonly of: Policy;
  readonly affected: number;
  readonly grace: Grace;
  readonly onClose: () => void;
}

/** The count is typed to confirm, and Keyward changes nothing where it would be another by then. */
export function ApplyDialog({ of: policy, affected, grace, onClose }: ApplyDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const apply = useAction(async () => {
    const body = { expected_count: affected, grace_seconds: Number(grace) };
    await client.policies.apply(policy.id, body, { ifMatch: policy.rev });
    await queries.invalidateQueries({ queryKey: ["policies"] });
    onClose();
  });
  const count = NUMBER.format(affected);
  return (
    <Dialog title={applyText.dialog} onClose={onClose}>
      <p>{applyText.dialogLead(count, applyText.graces[grace].toLowerCase())}</p>
      <Form
        action={apply}
        submit={applyText.submit}
        busy={applyText.beginning}
        isIncomplete={typed !== String(affected)}
      >
        <TextField
          label={applyText.confirm(affected)}
          inputMode="numeric"
          data-autofocus
          value={typed}
          onValue={setTyped}
        />
      </Form>
    </Dialog>
  );
}
