import { useQuery } from "@tanstack/react-query";
import { useClient } from "../../api/session.tsx";
import { Card } from "../../parts/card.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { auditText } from "../../text/audit.ts";
import { AuditTable } from "./audit-table.tsx";

const EVENTS_MAX = 100;

/** What was done to one thing. */
export function HistoryCard({ of: target }: { readonly of: string }) {
  const client = useClient();
  const query = { target, limit: EVENTS_MAX };
  const events = useQuery({
    queryKey: ["audit", query],
    queryFn: ({ signal }) => client.audit.list(query, { signal }),
  });
  return (
    <Card title={auditText.history} lead={auditText.historyLead(EVENTS_MAX)} flush>
      <Loaded query={events}>{({ data }) => <AuditTable events={data} />}</Loaded>
    </Card>
  );
}
