import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Role } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
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
import { rolesText } from "../../text/roles.ts";
import { shortcutText } from "../../text/shortcuts.ts";

const route = getRouteApi("/roles");
const LIMIT = 50;
const { columns } = rolesText;

const COLUMNS: readonly Column<Role>[] = [
  {
    header: columns.name,
    cell: ({ id, name }) => (
      <Link to="/roles/$role" params={{ role: id }}>
        {name}
      </Link>
    ),
  },
  { header: columns.api, cell: ({ api }) => <code>{api}</code> },
  {
    header: columns.scopes,
    cell: ({ scopes }) => <code title={scopes.join("\n")}>{scopes.slice(0, 3).join(" ")}</code>,
  },
  { header: columns.description, cell: ({ description }) => description ?? "–" },
  { header: columns.created, cell: ({ created_at }) => <Instant value={created_at} /> },
];

export function RolesPage() {
  const client = useClient();
  const { can } = useSession();
  const navigate = useNavigate();
  const { after } = route.useSearch();
  const query = { cursor: after, limit: LIMIT };
  const roles = useQuery({
    queryKey: ["roles", query],
    queryFn: ({ signal }) => client.roles.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  const mayWrite = can("roles:write");
  useShortcut("c", shortcutText.create, () => mayWrite && void navigate({ to: "/roles/new" }));
  const create = mayWrite && (
    <Link to="/roles/new" className={buttonClass("primary")}>
      <Icon name="plus" />
      {rolesText.create}
    </Link>
  );
  return (
    <Page title={rolesText.title} lead={rolesText.lead} actions={create}>
      <Panel>
        <Loaded query={roles}>
          {({ data, next_cursor }) =>
            data.length === 0 ? (
              <EmptyState icon="roles" title={rolesText.empty} actions={create}>
                {rolesText.emptyHint}
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption={rolesText.caption}
                  columns={COLUMNS}
                  rows={data}
                  idOf={({ id }) => id}
                  nameOf={({ name }) => name}
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
