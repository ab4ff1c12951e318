import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { DENIALS } from "@keyward/core/verdict/codes";
import { useClient, useSession } from "../../api/session.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Panel } from "../../parts/panel.tsx";
import { FilterSelect, SearchBox, Toolbar } from "../../parts/toolbar.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { logsText } from "../../text/logs.ts";
import { partText } from "../../text/parts.ts";
import { Facets } from "./facets.tsx";
import { LiveLogs } from "./live-logs.tsx";
import { LOG_COLUMNS } from "./log-columns.tsx";
import { filterOf } from "./logs-filter.ts";
import type { LogsSearch } from "./logs-filter.ts";

const route = getRouteApi("/logs");
const LIMIT = 50;
const OUTCOMES = (["allowed", "denied"] as const).map((value) => ({
  value,
  label: logsText.outcomes[value],
}));
const CODES = Object.keys(DENIALS).map((code) => ({ value: code, label: code }));

export function LogsPage() {
  const { me } = useSession();
  const environment = useEnvironment();
  const navigate = useNavigate();
  const { after, filter, outcome, code } = route.useSearch();
  const [isFollowing, setFollowing] = useState(false);
  const asked = filterOf({ filter, outcome, code }, environment);
  const isFiltered = filter !== undefined || outcome !== undefined || code !== undefined;
  const set = (change: LogsSearch) =>
    void navigate({
      to: "/logs",
      search: (before) => ({ ...before, after: undefined, ...change }),
      replace: true,
    });
  // A browser sends its session along with a stream; a management key it cannot.
  const follow = me.session !== null && (
    <Button icon={isFollowing ? "pause" : "play"} onClick={() => setFollowing(!isFollowing)}>
      {isFollowing ? logsText.pause : logsText.follow}
    </Button>
  );
  return (
    <Page title={logsText.title} lead={logsText.lead} actions={follow}>
      <Toolbar>
        <SearchBox
          label={logsText.filter}
          placeholder={logsText.filterHint}
          value={filter ?? ""}
          onSearch={(filter) => set({ filter: filter || undefined })}
        />
        <FilterSelect
          label={logsText.outcome}
          any={logsText.anyOutcome}
          value={outcome}
          choices={OUTCOMES}
          onValue={(outcome) => set({ outcome })}
        />
        <FilterSelect
          label={logsText.code}
          any={logsText.anyCode}
          value={code}
          choices={CODES}
          onValue={(code) => set({ code })}
        />
        {isFiltered && (
          <Button
            tone="plain"
            onClick={() => set({ filter: undefined, outcome: undefined, code: undefined })}
          >
            {partText.clearFilters}
          </Button>
        )}
      </Toolbar>
      {isFollowing ? (
        <LiveLogs key={asked} filter={asked} />
      ) : (
        <KeptLogs
          filter={asked}
          after={after}
          isFiltered={isFiltered}
          onCode={(code) => set({ code })}
        />
      )}
    </Page>
  );
}

interface KeptLogsProps {
  readonly filter: string;
  readonly after: string | undefined;
  readonly isFiltered: boolean;
  readonly onCode: (code: string) => void;
}

function KeptLogs({ filter, after, isFiltered, onCode }: KeptLogsProps) {
  const client = useClient();
  const query = { filter, cursor: after, limit: LIMIT };
  const entries = useQuery({
    queryKey: ["logs", query],
    queryFn: ({ signal }) => client.logs.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel>
      <Loaded query={entries} lines={12}>
        {({ data, next_cursor }) =>
          data.length === 0 && next_cursor === null ? (
            <EmptyState icon="logs" title={isFiltered ? logsText.filtered : logsText.empty}>
              {isFiltered ? logsText.filteredHint : logsText.emptyHint}
            </EmptyState>
          ) : (
            <>
              <Facets of={data} onCode={onCode} />
              <DataTable
                caption={logsText.caption}
                columns={LOG_COLUMNS}
                rows={data}
                idOf={({ id }) => id}
                nameOf={({ code }) => code}
              />
              <Pager count={data.length} after={after} next={next_cursor} />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
