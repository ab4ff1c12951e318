import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Role } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { rolesText } from "../../text/roles.ts";

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
  const { after } = route.useSearch();
  const query = { cursor: after, limit: LIMIT };
  const roles = useQuery({
    queryKey: ["roles", query],
    queryFn: ({ signal }) => client.roles.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <ListPage
      text={rolesText}
      icon="roles"
      createAt={can("roles:write") ? "/roles/new" : undefined}
      query={roles}
      columns={COLUMNS}
      nameOf={({ name }) => name}
      after={after}
    />
  );
}
