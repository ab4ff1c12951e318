import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Owner } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { Badge } from "../../parts/badge.tsx";
import { buttonClass } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useShortcut } from "../../parts/shortcuts.ts";
import { SearchBox, Toolbar } from "../../parts/toolbar.tsx";
import { ownersText } from "../../text/owners.ts";
import { shortcutText } from "../../text/shortcuts.ts";

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
  { header: columns.status, cell: ({ status }) => <OwnerStatus status={status} /> },
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
  const mayWrite = can("owners:write");
  useShortcut("c", shortcutText.create, () => mayWrite && void navigate({ to: "/owners/new" }));
  const create = mayWrite && (
    <Link to="/owners/new" className={buttonClass("primary")}>
      <Icon name="plus" />
      {ownersText.create}
    </Link>
  );
  return (
    <Page title={ownersText.title} lead={ownersText.lead} actions={create}>
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
      <Panel>
        <Loaded query={owners} lines={10}>
          {({ data, next_cursor }) =>
            data.length === 0 ? (
              <EmptyState
                icon="owners"
                title={q === undefined ? ownersText.empty : ownersText.filtered}
                actions={q === undefined && create}
              >
                {q === undefined ? ownersText.emptyHint : ownersText.filteredHint}
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption={ownersText.caption}
                  columns={COLUMNS}
                  rows={data}
                  idOf={({ id }) => id}
                  nameOf={({ external_id }) => external_id}
                />
                <Pager count={data.length} after={after} next={next_cursor} />
              </>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

export function OwnerStatus({ status }: Pick<Owner, "status">) {
  return status === "active" ? (
    <Badge tone="good" icon="check">
      {ownersText.statuses.active}
    </Badge>
  ) : (
    <Badge icon="pause">{ownersText.statuses.disabled}</Badge>
  );
}
