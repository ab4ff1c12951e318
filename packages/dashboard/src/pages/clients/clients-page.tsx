import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Client } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { clientsText } from "../../text/clients.ts";
import { proofsOf } from "./proofs-of.ts";

const route = getRouteApi("/clients");
const LIMIT = 50;
const { columns } = clientsText;

const COLUMNS: readonly Column<Client>[] = [
  {
    header: columns.name,
    cell: ({ id, name, environment }) => (
      <>
        <Link to="/clients/$client" params={{ client: id }}>
          {name}
        </Link>{" "}
        {environment === "test" && <Badge tone="warn">test</Badge>}
      </>
    ),
  },
  {
    header: columns.owner,
    cell: ({ owner, owner_id }) => (
      <Link to="/owners/$owner" params={{ owner: owner_id }}>
        {owner}
      </Link>
    ),
  },
  {
    header: columns.resources,
    cell: ({ resources }) => (
      <code title={resources.map(({ api, scopes }) => `${api}: ${scopes.join(" ")}`).join("\n")}>
        {resources.map(({ api }) => api).join(" ")}
      </code>
    ),
  },
  { header: columns.proof, cell: (client) => proofsOf(client).join(", ") || clientsText.none },
  { header: columns.status, cell: ({ status }) => <StateBadge state={status} /> },
  {
    header: columns.lastUsed,
    cell: ({ last_used_at }) =>
      last_used_at === null ? clientsText.neverUsed : <Instant value={last_used_at} />,
  },
  {
    header: columns.created,
    isSecondary: true,
    cell: ({ created_at }) => <Instant value={created_at} />,
  },
];

export function ClientsPage() {
  const client = useClient();
  const { can } = useSession();
  const environment = useEnvironment();
  const { after } = route.useSearch();
  const query = { environment, cursor: after, limit: LIMIT };
  const clients = useQuery({
    queryKey: ["clients", query],
    queryFn: ({ signal }) => client.clients.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <ListPage
      text={clientsText}
      icon="clients"
      createAt={can("clients:write") ? "/clients/new" : undefined}
      query={clients}
      columns={COLUMNS}
      nameOf={({ name }) => name}
      after={after}
    />
  );
}
