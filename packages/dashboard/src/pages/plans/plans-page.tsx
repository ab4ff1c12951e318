import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Plan } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { LimitList } from "../../limits/limit-list.tsx";
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
import { plansText } from "../../text/limits.ts";
import { shortcutText } from "../../text/shortcuts.ts";

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
  const navigate = useNavigate();
  const { after } = route.useSearch();
  const query = { cursor: after, limit: LIMIT };
  const plans = useQuery({
    queryKey: ["plans", query],
    queryFn: ({ signal }) => client.plans.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  const mayWrite = can("plans:write");
  useShortcut("c", shortcutText.create, () => mayWrite && void navigate({ to: "/plans/new" }));
  const create = mayWrite && (
    <Link to="/plans/new" className={buttonClass("primary")}>
      <Icon name="plus" />
      {plansText.create}
    </Link>
  );
  return (
    <Page title={plansText.title} lead={plansText.lead} actions={create}>
      <Panel>
        <Loaded query={plans}>
          {({ data, next_cursor }) =>
            data.length === 0 ? (
              <EmptyState icon="limits" title={plansText.empty} actions={create}>
                {plansText.emptyHint}
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption={plansText.caption}
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
