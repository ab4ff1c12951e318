import { useQuery } from "@tanstack/react-query";
import type { SecretInUse } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { Card } from "../../../parts/card.tsx";
import { DataTable } from "../../../parts/data-table.tsx";
import type { Column } from "../../../parts/data-table.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { ComplaintNotice, Notice } from "../../../parts/notice.tsx";
import { SecretStatus } from "../../../parts/secret-status.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { keyText } from "../../../text/key.ts";
import { isRotating } from "../key-status.tsx";
import type { KeyPartProps } from "./key-page.tsx";
import styles from "./key-page.module.css";

/** While a rotation runs, one looks for the moment at which the old secret can go. */
const EVERY_MS = 30_000;

/** The secrets of the key, from where each is used and, while a rotation runs, whether the old one can go yet. */
export function KeySecrets({ of: key, onChanged }: KeyPartProps) {
  const client = useClient();
  const { can } = useSession();
  const say = useToast();
  const secrets = useQuery({
    queryKey: ["key", key.id, "secrets", key.rev],
    queryFn: async ({ signal }) => (await client.keys.secrets.list(key.id, { signal })).data,
    refetchInterval: EVERY_MS,
  });
  const remove = useAction(async (secret: SecretInUse) => {
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
      <ComplaintNotice complaint={remove.complaint} />
      <Loaded query={secrets} lines={key.secrets.length + 1}>
        {(data) => (
          <>
            {isRotating(key) && <StillUsed secrets={data} />}
            <DataTable
              caption={keyText.secrets}
              columns={columns}
              rows={data}
              idOf={({ id }) => id}
              nameOf={({ hint }) => hint}
            />
          </>
        )}
      </Loaded>
    </Card>
  );
}

const { secretColumns: headers } = keyText;

const COLUMNS: readonly Column<SecretInUse>[] = [
  { header: headers.secret, cell: ({ hint }) => <code>…{hint}</code> },
  {
    header: headers.status,
    cell: ({ status }) => <SecretStatus status={status} />,
  },
  { header: headers.lastUsed, cell: (secret) => <LastUse of={secret} /> },
  {
    header: headers.until,
    cell: ({ expires_at }) =>
      expires_at === null ? keyText.never : <Instant value={expires_at} />,
  },
];

function LastUse({ of }: { readonly of: SecretInUse }) {
  const { last_used_at, last_used_network, last_used_agent, networks } = of;
  if (last_used_at === null) return keyText.neverUsed;
  const from = [last_used_network, last_used_agent].filter((part) => part !== null).join(", ");
  return (
    <>
      <Instant value={last_used_at} />
      {from !== "" && <div className={styles.quiet}>{from}</div>}
      {networks > 1 && <div className={styles.quiet}>{keyText.networks(networks)}</div>}
    </>
  );
}

function removeColumn(onRemove: (secret: SecretInUse) => void): Column<SecretInUse> {
  return {
    header: headers.action,
    cell: (secret) => <Button onClick={() => onRemove(secret)}>{keyText.removeSecret}</Button>,
  };
}

/** Whether the secret before is still sent by somebody: the question of every rotation. */
function StillUsed({ secrets }: { readonly secrets: readonly SecretInUse[] }) {
  const working = secrets.filter(({ status }) => status === "active");
  if (working.length < 2) return null;
  const newest = working.reduce((one, other) => (one.created_at > other.created_at ? one : other));
  return working
    .filter((secret) => secret !== newest)
    .map(({ id, hint, safe_to_revoke }) => (
      <Notice key={id} tone={safe_to_revoke ? "good" : "warn"}>
        {safe_to_revoke ? keyText.safeToEnd(hint) : keyText.stillUsed(hint)}
      </Notice>
    ));
}
