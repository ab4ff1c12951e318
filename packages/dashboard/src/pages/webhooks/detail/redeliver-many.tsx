import { useState } from "react";
import { useClient } from "../../../api/session.tsx";
import { ConfirmButton } from "../../../parts/confirm-button.tsx";
import { SelectField } from "../../../parts/field.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { nowMs } from "../../../runtime/clock.ts";
import { webhooksText } from "../../../text/webhooks.ts";

const SINCES = Object.entries(webhooksText.sinces).map(([value, label]) => ({ value, label }));

interface RedeliverManyProps {
  /** The endpoint's id. */
  readonly of: string;
  readonly onDone: () => Promise<void>;
}

export function RedeliverMany({ of, onDone }: RedeliverManyProps) {
  const client = useClient();
  const say = useToast();
  const [seconds, setSeconds] = useState("86400");
  return (
    <ConfirmButton
      verb={webhooksText.redeliverFailed}
      tone="normal"
      onConfirm={async () => {
        const since = new Date(nowMs() - Number(seconds) * 1000).toISOString();
        const { count } = await client.webhooks.redeliver(of, { since });
        await onDone();
        say(webhooksText.redeliveredCount(count));
      }}
    >
      <p>{webhooksText.redeliverLead}</p>
      <SelectField
        label={webhooksText.since}
        value={seconds}
        choices={SINCES}
        onValue={setSeconds}
      />
    </ConfirmButton>
  );
}
