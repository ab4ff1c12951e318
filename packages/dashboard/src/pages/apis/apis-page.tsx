import { Link, useNavigate } from "@tanstack/react-router";
import type { Api } from "@keyward/sdk/client/operations.generated";
import { useApis } from "../../api/apis.ts";
import { useSession } from "../../api/session.tsx";
import { Badge } from "../../parts/badge.tsx";
import { buttonClass } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useShortcut } from "../../parts/shortcuts.ts";
import { apisText } from "../../text/apis.ts";
import { shortcutText } from "../../text/shortcuts.ts";

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
  const apis = useApis();
  const { can } = useSession();
  const navigate = useNavigate();
  const mayWrite = can("apis:write");
  useShortcut("c", shortcutText.create, () => mayWrite && void navigate({ to: "/apis/new" }));
  const create = mayWrite && (
    <Link to="/apis/new" className={buttonClass("primary")}>
      <Icon name="plus" />
      {apisText.create}
    </Link>
  );
  return (
    <Page title={apisText.title} lead={apisText.lead} actions={create}>
      <Panel>
        <Loaded query={apis}>
          {(data) =>
            data.every(({ built_in }) => built_in) ? (
              <EmptyState icon="apis" title={apisText.empty} actions={create}>
                {apisText.emptyHint}
              </EmptyState>
            ) : (
              <DataTable
                caption={apisText.caption}
                columns={COLUMNS}
                rows={data}
                idOf={({ id }) => id}
                nameOf={({ name }) => name}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
