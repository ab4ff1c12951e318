import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { buttonClass } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useShortcut } from "../../parts/shortcuts.ts";
import { FilterSelect, Toolbar } from "../../parts/toolbar.tsx";
import { shortcutText } from "../../text/shortcuts.ts";
import { tokensText } from "../../text/tokens.ts";
import { KEY_COLUMNS } from "../keys/key-columns.tsx";
import { TokenActions } from "./token-actions.tsx";

const route = getRouteApi("/tokens");
const LIMIT = 50;
const EVERYBODY = "*";

/** One's own and, for who may see keys, those of every user. */
export function TokensPage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { me, can } = useSession();
  const { of, status, after } = route.useSearch();
  // A management key is nobody's, so there are none of its own.
  const isAll = me.member === null || of === "all";
  const isWaiting = status === "pending";
  const query = {
    cursor: after,
    limit: LIMIT,
    ...(isAll ? { owner: EVERYBODY } : {}),
    ...(isWaiting ? { status: "pending" as const } : {}),
  };
  const tokens = useQuery({
    queryKey: ["tokens", query],
    queryFn: ({ signal }) => client.tokens.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  useShortcut("c", shortcutText.create, () => void navigate({ to: "/tokens/new" }));
  const onChanged = () => void queries.invalidateQueries({ queryKey: ["tokens"] });
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: "/tokens",
      search: (before) => ({ ...before, after: undefined, ...change }),
    });
  const create = (
    <Link to="/tokens/new" className={buttonClass("primary")}>
      <Icon name="plus" />
      {tokensText.create}
    </Link>
  );
  return (
    <Page title={tokensText.title} lead={tokensText.lead} actions={create}>
      <Toolbar>
        {me.member !== null && can("keys:read") && (
          <FilterSelect
            label={tokensText.whose}
            any={tokensText.mine}
            value={of}
            choices={[{ value: "all", label: tokensText.all }]}
            onValue={(of) => set({ of })}
          />
        )}
        <FilterSelect
          label={tokensText.state}
          any={tokensText.everyState}
          value={status}
          choices={[{ value: "pending", label: tokensText.pending }]}
          onValue={(status) => set({ status })}
        />
      </Toolbar>
      <Panel>
        <Loaded query={tokens} lines={6}>
          {({ data, next_cursor }) =>
            data.length === 0 && isWaiting ? (
              <EmptyState icon="tokens" title={tokensText.noneWaits}>
                {tokensText.noneWaitsHint}
              </EmptyState>
            ) : data.length === 0 ? (
              <EmptyState icon="tokens" title={tokensText.empty} actions={create}>
                {tokensText.emptyHint}
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption={tokensText.caption}
                  columns={[...KEY_COLUMNS, actionsColumn(onChanged)]}
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

function actionsColumn(onChanged: () => void): Column<Key> {
  return {
    header: tokensText.actions,
    cell: (token) => <TokenActions of={token} onChanged={onChanged} />,
  };
}
