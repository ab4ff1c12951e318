import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Client, ClientsUpdateBody } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { useGuardedSave } from "../../../api/use-guarded-save.ts";
import { Crumb } from "../../../parts/crumb.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { Page } from "../../../parts/page.tsx";
import { StateBadge } from "../../../parts/state-badge.tsx";
import { StatusLine } from "../../../parts/status-line.tsx";
import { Tabs } from "../../../parts/tabs.tsx";
import { clientsText } from "../../../text/clients.ts";
import { HistoryCard } from "../../audit/history-card.tsx";
import { ClientAccess } from "./client-access.tsx";
import { ClientActions } from "./client-actions.tsx";
import { ClientLimits } from "./client-limits.tsx";
import { ClientOverview } from "./client-overview.tsx";
import { ClientSettings } from "./client-settings.tsx";

const route = getRouteApi("/clients/$client");

export interface ClientPartProps {
  readonly of: Client;
  /** Told of the client as a change left it. */
  readonly onChanged: (client: Client) => void;
}

export interface ClientEditorProps extends ClientPartProps {
  readonly onSave: (body: ClientsUpdateBody) => Promise<void>;
}

export function ClientPage() {
  const { client: id } = route.useParams();
  const api = useClient();
  const queries = useQueryClient();
  const client = useQuery({
    queryKey: ["client", id],
    queryFn: ({ signal }) => api.clients.get(id, { signal }),
  });
  const onChanged = (changed: Client) => {
    queries.setQueryData(["client", id], changed);
    void queries.invalidateQueries({ queryKey: ["clients"] });
    void queries.invalidateQueries({ queryKey: ["audit"] });
  };
  const { data } = client;
  return (
    <Page
      key={data?.id}
      title={data?.name ?? clientsText.client}
      crumbs={<Crumb to="/clients">{clientsText.back}</Crumb>}
      lead={
        data && (
          <StatusLine
            badge={<StateBadge state={data.status} />}
            words={clientsText.statusLines[data.status]}
            code={data.id}
          />
        )
      }
      actions={data && <ClientActions of={data} onChanged={onChanged} />}
    >
      <Loaded query={client}>
        {(client) => <ClientParts of={client} onChanged={onChanged} />}
      </Loaded>
    </Page>
  );
}

function ClientParts(props: ClientPartProps) {
  const { of: client, onChanged } = props;
  const { tab = "overview" } = route.useSearch();
  const api = useClient();
  const { save: onSave, isConflict } = useGuardedSave({
    update: (body: ClientsUpdateBody) =>
      api.clients.update(client.id, body, { ifMatch: client.rev }),
    read: () => api.clients.get(client.id),
    onChanged,
  });
  return (
    <>
      {isConflict && (
        <Notice tone="warn" isAlert>
          {clientsText.conflict}
        </Notice>
      )}
      <Tabs label={clientsText.tabsLabel} names={clientsText.tabs} current={tab} />
      {tab === "access" ? (
        <ClientAccess key={client.rev} {...props} onSave={onSave} />
      ) : tab === "limits" ? (
        <ClientLimits key={client.rev} {...props} onSave={onSave} />
      ) : tab === "settings" ? (
        <ClientSettings key={client.rev} {...props} onSave={onSave} />
      ) : tab === "history" ? (
        <HistoryCard of={client.id} />
      ) : (
        <ClientOverview {...props} />
      )}
    </>
  );
}
