import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Key, KeysSearchBody } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { buttonClass } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useShortcut } from "../../parts/shortcuts.ts";
import { useEnvironment } from "../../shell/environment.tsx";
import { keysText } from "../../text/keys.ts";
import { shortcutText } from "../../text/shortcuts.ts";
import { usageText } from "../../text/usage.ts";
import { KeyCountCell } from "../../usage/key-count-cell.tsx";
import { useKeyCounts } from "../../usage/use-key-counts.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { KEY_COLUMNS } from "./key-columns.tsx";
import { KeyFilters } from "./key-filters.tsx";
import { NoKeys } from "./no-keys.tsx";

const route = getRouteApi("/keys");
const LIMIT = 50;

export function KeysPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const environment = useEnvironment();
  const { can } = useSession();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const keys = useKeys();
  const columns = useColumns();
  const pasted = usePastedKey();
  const mayWrite = can("keys:write");
  useShortcut("c", shortcutText.create, () => {
    if (mayWrite) void navigate({ to: "/keys/new" });
  });
  return (
    <Page
      title={keysText.title}
      lead={keysText.lead}
      actions={
        mayWrite && (
          <Link to="/keys/new" className={buttonClass("primary")}>
            <Icon name="plus" />
            {keysText.create}
          </Link>
        )
      }
    >
      <KeyFilters onPasted={(key) => void pasted.run(key)} />
      <div role="status">{pasted.isRunning && <Notice>{keysText.pastedLooking}</Notice>}</div>
      <ComplaintNotice complaint={pasted.complaint} />
      <Panel>
        <Loaded query={keys} lines={10}>
          {({ data, next_cursor }) =>
            data.length === 0 ? (
              <NoKeys environment={environment} search={search} />
            ) : (
              <>
                <DataTable
                  caption={keysText.caption}
                  columns={columns}
                  rows={data}
                  idOf={({ id }) => id}
                  nameOf={({ name }) => name}
                  {...(mayWrite ? { selection: { selected, onSelected: setSelected } } : {})}
                />
                <Pager count={data.length} after={search.after} next={next_cursor} />
              </>
            )
          }
        </Loaded>
      </Panel>
      <BulkBar
        keys={(keys.data?.data ?? []).filter(({ id }) => selected.has(id))}
        onDone={() => setSelected(new Set())}
      />
    </Page>
  );
}

/** With what each key was used for, to whoever may see it. */
function useColumns(): readonly Column<Key>[] {
  const { can } = useSession();
  const counts = useKeyCounts();
  if (!can("usage:read")) return KEY_COLUMNS;
  const usage: Column<Key> = {
    header: usageText.lastDay,
    isNumber: true,
    cell: ({ id }) => <KeyCountCell of={counts.get(id)} />,
  };
  return KEY_COLUMNS.flatMap((column) =>
    column.header === keysText.columns.lastUsed ? [usage, column] : [column],
  );
}

function useKeys() {
  const client = useClient();
  const environment = useEnvironment();
  const { after, limit, ...filters } = route.useSearch();
  const body = {
    environment,
    q: filters.q,
    api: filters.api,
    owner: filters.owner,
    role: filters.role,
    status: filters.status as Key["status"] | undefined,
    kind: filters.kind as KeysSearchBody["kind"],
    cursor: after,
    limit: Number(limit ?? LIMIT),
  };
  return useQuery({
    queryKey: ["keys", body],
    queryFn: ({ signal }) => client.keys.search(body, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** Leads to the key that was pasted. It enters neither the address nor a cache (K4). */
function usePastedKey() {
  const client = useClient();
  const navigate = useNavigate();
  return useAction(async (pasted: string) => {
    const { data } = await client.keys.search({ q: pasted.trim(), limit: 1 });
    const [found] = data;
    if (found === undefined) throw new Error(keysText.pastedUnknown);
    await navigate({
      to: "/keys/$key",
      params: { key: found.id },
      search: { env: found.environment },
    });
  });
}
