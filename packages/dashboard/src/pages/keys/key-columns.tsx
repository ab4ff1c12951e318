import { Link } from "@tanstack/react-router";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { Badge } from "../../parts/badge.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { nowMs } from "../../runtime/clock.ts";
import { keysText } from "../../text/keys.ts";
import { expiryTone, KeyStatus } from "./key-status.tsx";
import { keyStart } from "./key-start.ts";
import styles from "./keys.module.css";

const { columns, kinds } = keysText;

export const KEY_COLUMNS: readonly Column<Key>[] = [
  { header: columns.name, cell: (key) => <Name of={key} /> },
  {
    header: columns.owner,
    cell: ({ owner, owner_id }) => (
      <Link to="/owners/$owner" params={{ owner: owner_id }} className={styles.quietLink}>
        {owner}
      </Link>
    ),
  },
  { header: columns.scopes, cell: ({ scopes, roles }) => <Scopes scopes={scopes} roles={roles} /> },
  { header: columns.status, cell: (key) => <KeyStatus of={key} /> },
  {
    header: columns.lastUsed,
    cell: ({ last_used_at }) =>
      last_used_at === null ? (
        <span className={styles.quiet}>{keysText.neverUsed}</span>
      ) : (
        <Instant value={last_used_at} />
      ),
  },
  { header: columns.expires, cell: ({ expires_at }) => <Expiry at={expires_at} /> },
  {
    header: columns.created,
    isSecondary: true,
    cell: ({ created_at }) => <Instant value={created_at} />,
  },
];

function Name({ of: key }: { readonly of: Key }) {
  return (
    <>
      <span className={styles.name}>
        <Link to="/keys/$key" params={{ key: key.id }}>
          {key.name}
        </Link>
        {key.environment === "test" && <Badge tone="warn">test</Badge>}
        {key.kind !== "secret" && <Badge>{kinds[key.kind]}</Badge>}
      </span>
      <code className={styles.start} translate="no">
        {keyStart(key)}…{key.hint}
      </code>
    </>
  );
}

function Scopes({
  scopes,
  roles,
}: {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}) {
  const all = [...roles.map((role) => `role ${role}`), ...scopes];
  const [first] = all;
  if (first === undefined) return <span className={styles.quiet}>{keysText.noScopes}</span>;
  return (
    <span title={all.join("\n")} className={styles.scopes}>
      <code>{first}</code>
      {all.length > 1 && <span className={styles.quiet}>+{all.length - 1}</span>}
    </span>
  );
}

function Expiry({ at }: { readonly at: string | null }) {
  if (at === null) return <span className={styles.quiet}>{keysText.noExpiry}</span>;
  const tone = expiryTone(at, nowMs());
  return tone === undefined ? (
    <Instant value={at} />
  ) : (
    <Badge tone={tone} icon="clock">
      <Instant value={at} />
    </Badge>
  );
}
