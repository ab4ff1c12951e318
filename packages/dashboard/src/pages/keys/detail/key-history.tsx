import { useQuery } from "@tanstack/react-query";
import { useClient } from "../../../api/session.tsx";
import { Card } from "../../../parts/card.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { keyText } from "../../../text/key.ts";
import { AuditTable } from "../../audit/audit-table.tsx";

const EVENTS_MAX = 100;

export function KeyHistory({ id }: { readonly id: string }) {
  const client = useClient();
  const query = { target: id, limit: EVENTS_MAX };
  const events = useQuery({
    queryKey: ["audit", query],
    queryFn: ({ signal }) => client.audit.list(query, { signal }),
  });
  return (
    <Card title={keyText.tabs.history} lead={keyText.historyLead} flush>
      <Loaded query={events}>{({ data }) => <AuditTable events={data} />}</Loaded>
    </Card>
  );
}
