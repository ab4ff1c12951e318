import type { PortalKey } from "@keyward/sdk/client/operations.generated";
import { Badge } from "../parts/badge.tsx";
import type { Column } from "../parts/data-table.tsx";
import { Instant } from "../parts/instant.tsx";
import { portalText } from "../text/portal.ts";

const { columns } = portalText;
const LOOKS = {
  pending: { tone: "info", icon: "clock" },
  active: { tone: "good", icon: "check" },
  disabled: { tone: "neutral", icon: "pause" },
  expired: { tone: "bad", icon: "clock" },
  revoked: { tone: "bad", icon: "stop" },
} as const;

export const OWN_KEY_COLUMNS: readonly Column<PortalKey>[] = [
  {
    header: columns.name,
    cell: ({ name, hint }) => (
      <>
        <strong>{name}</strong> <code translate="no">…{hint}</code>
      </>
    ),
  },
  {
    header: columns.scopes,
    cell: ({ scopes }) =>
      scopes.length === 0 ? portalText.nothing : <code>{scopes.join(" ")}</code>,
  },
  {
    header: columns.status,
    cell: ({ status }) => <Badge {...LOOKS[status]}>{portalText.statuses[status]}</Badge>,
  },
  {
    header: columns.lastUsed,
    cell: ({ last_used_at }) =>
      last_used_at === null ? portalText.never : <Instant value={last_used_at} />,
  },
  {
    header: columns.expires,
    cell: ({ expires_at }) =>
      expires_at === null ? portalText.never : <Instant value={expires_at} />,
  },
];
