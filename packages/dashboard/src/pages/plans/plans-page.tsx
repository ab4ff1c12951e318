import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Plan } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { LimitList } from "../../limits/limit-list.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { plansText } from "../../text/limits.ts";

const route = getRouteApi("/plans");
const LIMIT = 50;
const { columns } = plansText;

const COLUMNS: readonly Column<Plan>[] = [
  {
    header: columns.name,
    cell: ({ id, name }) => (
      <Link to="/plans/$plan" params={{ plan: id }}>
        {name}
      </Link>
    ),
  },
  { header: columns.limits, cell: ({ limits }) => <LimitList limits={limits} /> },
  { header: columns.description, cell: ({ description }) => description ?? "–" },
  { header: columns.created, cell: ({ created_at }) => <Instant value={created_at} /> },
];

export function PlansPage() {
  const client = useClient();
  const { can } = useSession();
  const { after } = route.useSearch();
  const query = { cursor: after, limit: LIMIT };
  const plans = useQuery({
    queryKey: ["plans", query],
    queryFn: ({ signal }) => client.plans.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <ListPage
      text={plansText}
      icon="limits"
      createAt={can("plans:write") ? "/plans/new" : undefined}
      query={plans}
      columns={COLUMNS}
      nameOf={({ name }) => name}
      after={after}
    />
  );
}
