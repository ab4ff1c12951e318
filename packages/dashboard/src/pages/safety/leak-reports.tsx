import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AuditEvent } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { Card } from "../../parts/card.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ThingLink } from "../../parts/thing-link.tsx";
import { leaksText } from "../../text/safety.ts";

const REPORTED = { action: "key.leaked", limit: 10 } as const;
const { columns } = leaksText;

const COLUMNS: readonly Column<AuditEvent>[] = [
  { header: columns.at, cell: ({ at }) => <Instant value={at} /> },
  { header: columns.key, cell: ({ target }) => <ThingLink {...target} /> },
  { header: columns.reaction, cell: ({ detail }) => told(detail["reaction"]) },
  { header: columns.where, cell: ({ detail }) => told(detail["url"] ?? detail["source"]) },
];

export function LeakReports() {
  const client = useClient();
  const { can } = useSession();
  const reports = useQuery({
    queryKey: ["audit", REPORTED],
    queryFn: ({ signal }) => client.audit.list(REPORTED, { signal }),
    enabled: can("audit:read"),
  });
  if (!can("audit:read")) return null;
  return (
    <Card title={leaksText.title} lead={leaksText.lead}>
      <Loaded query={reports} lines={3}>
        {({ data, next_cursor }) =>
          data.length === 0 ? (
            <EmptyState title={leaksText.empty}>{leaksText.emptyHint}</EmptyState>
          ) : (
            <>
              <DataTable
                caption={leaksText.caption}
                columns={COLUMNS}
                rows={data}
                idOf={({ id }) => id}
                nameOf={({ target }) => target.id}
              />
              {next_cursor !== null && (
                <Link to="/audit" search={{ action: REPORTED.action }}>
                  {leaksText.all}
                </Link>
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function told(value: unknown): string {
  return typeof value === "string" ? value : leaksText.unknown;
}
