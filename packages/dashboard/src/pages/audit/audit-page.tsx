import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { AUDIT_ACTIONS } from "@keyward/core/audit/event";
import type { AuditListQuery } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { Button } from "../../parts/button.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Panel } from "../../parts/panel.tsx";
import { FilterSelect, SearchBox, Toolbar } from "../../parts/toolbar.tsx";
import { auditText } from "../../text/audit.ts";
import { partText } from "../../text/parts.ts";
import { AuditTable } from "./audit-table.tsx";
import { ChainStatus } from "./chain-status.tsx";

const route = getRouteApi("/audit");
const LIMIT = 50;
const ACTIONS = AUDIT_ACTIONS.map((action) => ({ value: action, label: action }));

export function AuditPage() {
  const client = useClient();
  const navigate = useNavigate();
  const { action, target, actor, after } = route.useSearch();
  const query = {
    action: action as AuditListQuery["action"],
    target,
    actor,
    cursor: after,
    limit: LIMIT,
  };
  const events = useQuery({
    queryKey: ["audit", query],
    queryFn: ({ signal }) => client.audit.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  const isFiltered = action !== undefined || target !== undefined || actor !== undefined;
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: "/audit",
      search: (before) => ({ ...before, after: undefined, ...change }),
      replace: true,
    });
  return (
    <Page title={auditText.title} lead={auditText.lead}>
      <ChainStatus />
      <Toolbar>
        <SearchBox
          label={auditText.target}
          placeholder={auditText.targetPlaceholder}
          value={target ?? ""}
          onSearch={(target) => set({ target })}
        />
        <FilterSelect
          label={auditText.action}
          any={auditText.allActions}
          value={action}
          choices={ACTIONS}
          onValue={(action) => set({ action })}
        />
        {isFiltered && (
          <Button
            tone="plain"
            onClick={() => set({ action: undefined, target: undefined, actor: undefined })}
          >
            {partText.clearFilters}
          </Button>
        )}
      </Toolbar>
      <Panel>
        <Loaded query={events} lines={12}>
          {({ data, next_cursor }) =>
            data.length === 0 && isFiltered ? (
              <EmptyState title={auditText.filtered}>{auditText.filteredHint}</EmptyState>
            ) : (
              <>
                <AuditTable events={data} />
                <Pager count={data.length} after={after} next={next_cursor} />
              </>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
