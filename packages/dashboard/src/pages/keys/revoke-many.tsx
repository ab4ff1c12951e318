import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Key, Revocation } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Facts } from "../../parts/facts.tsx";
import { TextField } from "../../parts/field.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { partText } from "../../text/parts.ts";
import { revokeManyText } from "../../text/revoke-many.ts";
import { RevocationProgress } from "./revocation-progress.tsx";
import styles from "./bulk-bar.module.css";

export interface ManyKeys {
  readonly api?: string | undefined;
  readonly owner?: string | undefined;
  readonly role?: string | undefined;
  readonly environment: Key["environment"];
  readonly kind?: "secret" | "publishable" | "pat" | undefined;
}

interface RevokeManyDialogProps {
  readonly filter: ManyKeys;
  readonly onClose: () => void;
}

const NUMBER = new Intl.NumberFormat("en");

/** Counts first; the count is typed to confirm, and Keyward begins nothing where it would be another by then. */
export function RevokeManyDialog({ filter, onClose }: RevokeManyDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const [begun, setBegun] = useState<Revocation>();
  const preview = useQuery({
    queryKey: ["keys", "revocation preview", filter],
    queryFn: ({ signal }) => client.revocations.preview({ filter }, { signal }),
    gcTime: 0,
  });
  const close = () => {
    void queries.invalidateQueries({ queryKey: ["keys"] });
    onClose();
  };
  if (begun !== undefined) return <RevocationProgress of={begun} onClose={close} />;
  return (
    <Dialog title={revokeManyText.title} onClose={onClose}>
      <p>{revokeManyText.lead}</p>
      <Facts of={describe(filter)} />
      <Notice>{revokeManyText.spared}</Notice>
      <Loaded query={preview} lines={3}>
        {({ matched, sample }) =>
          matched === 0 ? (
            <Notice tone="info">{revokeManyText.none}</Notice>
          ) : (
            <>
              <p>
                <strong>{revokeManyText.matched(NUMBER.format(matched))}</strong>{" "}
                {revokeManyText.sample}
              </p>
              <ul className={styles.names}>
                {sample.map(({ id, name, hint, owner }) => (
                  <li key={id}>
                    {name} <code>…{hint}</code> · {owner}
                  </li>
                ))}
              </ul>
              <Confirm filter={filter} matched={matched} onBegun={setBegun} onClose={onClose} />
            </>
          )
        }
      </Loaded>
    </Dialog>
  );
}

interface ConfirmProps extends RevokeManyDialogProps {
  readonly matched: number;
  readonly onBegun: (revocation: Revocation) => void;
}

function Confirm({ filter, matched, onBegun, onClose }: ConfirmProps) {
  const client = useClient();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const begin = useAction(async () => {
    const why = reason.trim() === "" ? {} : { reason: reason.trim() };
    onBegun(await client.revocations.create({ filter, expected_count: matched, ...why }));
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === String(matched)) void begin.run();
      }}
    >
      <TextField
        label={revokeManyText.reason}
        isOptional
        maxLength={500}
        value={reason}
        onValue={setReason}
      />
      <TextField
        label={revokeManyText.confirm(matched)}
        inputMode="numeric"
        value={typed}
        onValue={setTyped}
      />
      <ComplaintNotice complaint={begin.complaint} />
      <div className={styles.buttons}>
        <Button onClick={onClose}>{partText.cancel}</Button>
        <Button
          type="submit"
          tone="danger"
          disabled={typed !== String(matched)}
          busy={begin.isRunning && revokeManyText.beginning}
        >
          {revokeManyText.submit(NUMBER.format(matched))}
        </Button>
      </div>
    </form>
  );
}

function describe(filter: ManyKeys): Readonly<Record<string, string | undefined>> {
  const { names } = revokeManyText;
  return {
    [names.environment]: filter.environment,
    [names.api]: filter.api,
    [names.owner]: filter.owner,
    [names.role]: filter.role,
    [names.kind]: filter.kind,
  };
}
