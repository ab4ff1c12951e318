import type { Key, Secret } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Badge } from "../../../parts/badge.tsx";
import { Button } from "../../../parts/button.tsx";
import { Card } from "../../../parts/card.tsx";
import { DataTable } from "../../../parts/data-table.tsx";
import type { Column } from "../../../parts/data-table.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { ComplaintNotice, Notice } from "../../../parts/notice.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { keyText } from "../../../text/key.ts";
import { isRotating } from "../key-status.tsx";
import type { KeyPartProps } from "./key-page.tsx";

/** The secrets of the key and, while a rotation runs, whether the old one can go yet. */
export function KeySecrets({ of: key, onChanged }: KeyPartProps) {
  const client = useClient();
  const { can } = useSession();
  const say = useToast();
  const remove = useAction(async (secret: Secret) => {
    await client.keys.secrets.remove(key.id, secret.id);
    onChanged(await client.keys.get(key.id));
    say(keyText.secretRemoved);
  });
  const mayRemove = can("keys:write") && key.secrets.length > 1 && key.status !== "revoked";
  const columns = [
    ...COLUMNS,
    ...(mayRemove ? [removeColumn((secret) => void remove.run(secret))] : []),
  ];
  return (
    <Card title={keyText.secrets} lead={keyText.secretsLead} flush>
      {isRotating(key) && <StillUsed of={key} />}
      <ComplaintNotice complaint={remove.complaint} />
      <DataTable
        caption={keyText.secrets}
        columns={columns}
        rows={key.secrets}
        idOf={({ id }) => id}
        nameOf={({ hint }) => hint}
      />
    </Card>
  );
}

const { secretColumns: headers } = keyText;
const TONES = {
  active: "good",
  not_yet_valid: "info",
  expired: "neutral",
  revoked: "bad",
} as const;

const COLUMNS: readonly Column<Secret>[] = [
  { header: headers.secret, cell: ({ hint }) => <code>…{hint}</code> },
  {
    header: headers.status,
    cell: ({ status }) => (
      <Badge tone={TONES[status]} icon={status === "active" ? "check" : "clock"}>
        {keyText.secretStatuses[status]}
      </Badge>
    ),
  },
  { header: headers.created, cell: ({ created_at }) => <Instant value={created_at} /> },
  {
    header: headers.lastUsed,
    cell: ({ last_used_at }) =>
      last_used_at === null ? keyText.neverUsed : <Instant value={last_used_at} />,
  },
  {
    header: headers.until,
    cell: ({ expires_at }) =>
      expires_at === null ? keyText.never : <Instant value={expires_at} />,
  },
];

function removeColumn(onRemove: (secret: Secret) => void): Column<Secret> {
  return {
    header: headers.action,
    cell: (secret) => <Button onClick={() => onRemove(secret)}>{keyText.removeSecret}</Button>,
  };
}

/** Whether the secret before is still sent by somebody: the question of every rotation. */
function StillUsed({ of: { secrets } }: { readonly of: Key }) {
  const working = secrets.filter(({ status }) => status === "active");
  const newest = working.reduce((one, other) => (one.created_at > other.created_at ? one : other));
  return working
    .filter((secret) => secret !== newest)
    .map(({ id, hint, last_used_at }) => {
      const isUsed = last_used_at !== null && last_used_at > newest.created_at;
      return (
        <Notice key={id} tone={isUsed ? "warn" : "good"}>
          {isUsed ? keyText.stillUsed(hint) : keyText.notUsedSince(hint)}
        </Notice>
      );
    });
}
