import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Owner } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { SearchBox, Toolbar } from "../../parts/toolbar.tsx";
import { ownersText } from "../../text/owners.ts";

const route = getRouteApi("/owners");
const LIMIT = 50;
const { columns } = ownersText;

const COLUMNS: readonly Column<Owner>[] = [
  {
    header: columns.owner,
    cell: ({ id, external_id }) => (
      <Link to="/owners/$owner" params={{ owner: id }}>
        {external_id}
      </Link>
    ),
  },
  { header: columns.name, cell: ({ name }) => name ?? "–" },
  { header: columns.type, cell: ({ type }) => ownersText.types[type] },
  { header: columns.status, cell: ({ status }) => <StateBadge state={status} /> },
  {
    header: columns.keys,
    cell: ({ external_id }) => (
      <Link to="/keys" search={{ owner: external_id }}>
        {ownersText.keysOf}
      </Link>
    ),
  },
  { header: columns.created, cell: ({ created_at }) => <Instant value={created_at} /> },
];

export function OwnersPage() {
  const client = useClient();
  const { can } = useSession();
  const navigate = useNavigate();
  const { q, after } = route.useSearch();
  const query = { q, cursor: after, limit: LIMIT };
  const owners = useQuery({
    queryKey: ["owners", query],
    queryFn: ({ signal }) => client.owners.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <ListPage
      text={ownersText}
      icon="owners"
      createAt={can("owners:write") ? "/owners/new" : undefined}
      query={owners}
      columns={COLUMNS}
      nameOf={({ external_id }) => external_id}
      after={after}
      toolbar={
        <Toolbar>
          <SearchBox
            label={ownersText.search}
            placeholder={ownersText.searchHint}
            value={q ?? ""}
            onSearch={(q) =>
              void navigate({
                to: "/owners",
                search: (before) => ({ ...before, q, after: undefined }),
                replace: true,
              })
            }
          />
        </Toolbar>
      }
      filteredEmpty={
        q !== undefined && (
          <EmptyState icon="owners" title={ownersText.filtered}>
            {ownersText.filteredHint}
          </EmptyState>
        )
      }
    />
  );
}
