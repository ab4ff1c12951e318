import { Link } from "@tanstack/react-router";
import type { Api } from "@keyward/sdk/client/operations.generated";
import { useApiList } from "../../api/apis.ts";
import { useSession } from "../../api/session.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { apisText } from "../../text/apis.ts";

const { columns } = apisText;

const COLUMNS: readonly Column<Api>[] = [
  {
    header: columns.name,
    cell: ({ id, name, built_in }) => (
      <>
        <Link to="/apis/$api" params={{ api: id }}>
          {name}
        </Link>{" "}
        {built_in && <Badge>{apisText.builtIn}</Badge>}
      </>
    ),
  },
  { header: columns.prefix, cell: ({ prefix }) => <code>{prefix}</code> },
  { header: columns.audience, cell: ({ audience }) => <code>{audience}</code> },
  { header: columns.scopes, isNumber: true, cell: ({ scopes }) => scopes.length },
  {
    header: columns.lifetime,
    cell: ({ default_lifetime_seconds }) => apisText.lifetimeOf(default_lifetime_seconds),
  },
  { header: columns.created, cell: ({ created_at }) => <Instant value={created_at} /> },
];

export function ApisPage() {
  const { can } = useSession();
  return (
    <ListPage
      text={apisText}
      icon="apis"
      createAt={can("apis:write") ? "/apis/new" : undefined}
      query={useApiList()}
      columns={COLUMNS}
      nameOf={({ name }) => name}
      isEmpty={(apis) => apis.every(({ built_in }) => built_in)}
    />
  );
}
