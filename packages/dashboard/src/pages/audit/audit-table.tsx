import type { AuditEvent } from "@keyward/sdk/client/operations.generated";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Instant } from "../../parts/instant.tsx";
import { RowDetail } from "../../parts/row-detail.tsx";
import { auditText } from "../../text/audit.ts";
import { ThingLink } from "../../parts/thing-link.tsx";

const { columns } = auditText;

const COLUMNS: readonly Column<AuditEvent>[] = [
  { header: columns.at, cell: ({ at }) => <Instant value={at} /> },
  { header: columns.action, cell: ({ action }) => <code>{action}</code> },
  { header: columns.target, cell: ({ target }) => <ThingLink {...target} /> },
  {
    header: columns.actor,
    cell: ({ actor }) =>
      actor.type === "system" ? auditText.system : <ThingLink entity={actor.type} id={actor.id} />,
  },
  { header: columns.from, cell: ({ actor }) => <code>{actor.ip ?? "–"}</code> },
  { header: columns.detail, cell: (event) => <Detail of={event} /> },
];

export function AuditTable({ events }: { readonly events: readonly AuditEvent[] }) {
  if (events.length === 0) return <EmptyState icon="audit" title={auditText.empty} />;
  return (
    <DataTable
      caption={auditText.caption}
      columns={COLUMNS}
      rows={events}
      idOf={({ id }) => id}
      nameOf={({ action }) => action}
    />
  );
}

function Detail({ of: event }: { readonly of: AuditEvent }) {
  return (
    <RowDetail summary={auditText.open}>
      <Facts
        of={{
          [columns.at]: <Instant value={event.at} show="exact" />,
          ...Object.fromEntries(
            Object.entries(event.detail).map(([name, value]) => [
              name,
              <code key={name}>{JSON.stringify(value)}</code>,
            ]),
          ),
          [columns.request]: event.request_id ?? undefined,
          [auditText.hash]: <code>{event.hash}</code>,
          [auditText.previousHash]: <code>{event.previous_hash}</code>,
        }}
      />
    </RowDetail>
  );
}
