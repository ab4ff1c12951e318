import { useState } from "react";
import type { Client, Secret } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { Card } from "../../../parts/card.tsx";
import { ConfirmButton } from "../../../parts/confirm-button.tsx";
import { DataTable } from "../../../parts/data-table.tsx";
import type { Column } from "../../../parts/data-table.tsx";
import { EmptyState } from "../../../parts/empty-state.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { SecretStatus } from "../../../parts/secret-status.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { clientsText } from "../../../text/clients.ts";
import { RevealClient } from "../reveal-client.tsx";
import type { ClientPartProps } from "./client-page.tsx";
import { RotateClientDialog } from "./rotate-client-dialog.tsx";

const { secretColumns: headers } = clientsText;

const COLUMNS: readonly Column<Secret>[] = [
  { header: headers.secret, cell: ({ hint }) => <code>…{hint}</code> },
  { header: headers.status, cell: ({ status }) => <SecretStatus status={status} /> },
  {
    header: headers.until,
    cell: ({ expires_at }) =>
      expires_at === null ? clientsText.neverUsed : <Instant value={expires_at} />,
  },
  { header: headers.created, cell: ({ created_at }) => <Instant value={created_at} /> },
];

/** What the client proves itself with, and what else can be done about it. */
export function ClientSecrets({ of: client, onChanged }: ClientPartProps) {
  const api = useClient();
  const { can } = useSession();
  const say = useToast();
  const [isRotating, setRotating] = useState(false);
  const [shown, setShown] = useState<{ readonly client: Client; readonly secret: string }>();
  const mayWrite = can("clients:write") && client.status !== "revoked";
  const add = useAction(async () => {
    const { secret } = await api.clients.secrets.add(client.id, {});
    const changed = await api.clients.get(client.id);
    setShown({ client: changed, secret });
    onChanged(changed);
  });
  const end = async ({ id }: Secret) => {
    await api.clients.secrets.remove(client.id, id);
    onChanged(await api.clients.get(client.id));
    say(clientsText.secretEnded);
  };
  const hasSecrets = client.secrets.length > 0;
  return (
    <Card
      title={clientsText.secrets}
      lead={clientsText.secretsLead}
      flush
      actions={
        mayWrite && (
          <Button
            icon={hasSecrets ? "rotate" : "plus"}
            busy={add.isRunning && clientsText.saving}
            onClick={() => (hasSecrets ? setRotating(true) : void add.run())}
          >
            {hasSecrets ? clientsText.rotate : clientsText.firstSecret}
          </Button>
        )
      }
    >
      <ComplaintNotice complaint={add.complaint} />
      {hasSecrets ? (
        <DataTable
          caption={clientsText.secrets}
          columns={mayWrite ? [...COLUMNS, endColumn(end)] : COLUMNS}
          rows={client.secrets}
          idOf={({ id }) => id}
          nameOf={({ hint }) => hint}
        />
      ) : (
        <EmptyState icon="keys" title={clientsText.noSecrets}>
          {clientsText.noSecretsHint}
        </EmptyState>
      )}
      {isRotating && (
        <RotateClientDialog of={client} onChanged={onChanged} onClose={() => setRotating(false)} />
      )}
      {shown !== undefined && (
        <RevealClient
          title={clientsText.addTitle}
          of={shown.client}
          secret={shown.secret}
          onClose={() => setShown(undefined)}
        />
      )}
    </Card>
  );
}

function endColumn(onEnd: (secret: Secret) => Promise<void>): Column<Secret> {
  return {
    header: headers.action,
    cell: (secret) =>
      secret.status !== "expired" && (
        <ConfirmButton verb={clientsText.endSecret} tone="normal" onConfirm={() => onEnd(secret)}>
          <p>
            <code>…{secret.hint}</code>
          </p>
          <p>{clientsText.endSecretLead}</p>
        </ConfirmButton>
      ),
  };
}
