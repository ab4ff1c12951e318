import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { SafetyFinding } from "@keyward/sdk/client/operations.generated";
import { useApis } from "../../api/apis.ts";
import { useClient, useSession } from "../../api/session.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Panel } from "../../parts/panel.tsx";
import { FilterSelect, Toolbar } from "../../parts/toolbar.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { keysText } from "../../text/keys.ts";
import { safetyText } from "../../text/safety.ts";
import { LeakReports } from "./leak-reports.tsx";
import { ShrinkDialog } from "./shrink-dialog.tsx";

const route = getRouteApi("/safety");

export type Finding = SafetyFinding["finding"];
const FINDINGS = (Object.entries(safetyText.names) as [Finding, string][]).map(
  ([value, label]) => ({ value, label }),
);
const TONES = {
  leaked: "bad",
  secret_key_in_browser: "bad",
  many_networks: "warn",
  wildcard_scope: "warn",
  over_scoped: "warn",
  no_expiry: "info",
  no_limit: "info",
  idle: "neutral",
} as const satisfies Record<Finding, Tone>;

export function SafetyPage() {
  const client = useClient();
  const navigate = useNavigate();
  const environment = useEnvironment();
  const { api, after, finding } = route.useSearch();
  const apis = useApis();
  const [shrinking, setShrinking] = useState<SafetyFinding>();
  const chosen = FINDINGS.find(({ value }) => value === finding)?.value;
  const query = {
    environment,
    ...(after !== undefined && { cursor: after }),
    ...(api !== undefined && { api }),
    ...(chosen !== undefined && { finding: chosen }),
  };
  const findings = useQuery({
    queryKey: ["safety", query],
    queryFn: ({ signal }) => client.safety.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: "/safety",
      search: (before) => ({ ...before, after: undefined, ...change }),
      replace: true,
    });
  const isFiltered = api !== undefined || chosen !== undefined;
  return (
    <Page title={safetyText.title} lead={safetyText.lead}>
      <Toolbar>
        <FilterSelect
          label={safetyText.finding}
          any={safetyText.every}
          value={finding}
          choices={FINDINGS}
          onValue={(finding) => set({ finding })}
        />
        <FilterSelect
          label={keysText.api}
          any={keysText.allApis}
          value={api}
          choices={(apis.data ?? []).map(({ prefix, name }) => ({ value: prefix, label: name }))}
          onValue={(api) => set({ api })}
        />
      </Toolbar>
      <Panel>
        <Loaded query={findings}>
          {({ data, next_cursor }) => (
            <>
              {data.length === 0 ? (
                <Nothing isFiltered={isFiltered} hasMore={next_cursor !== null} />
              ) : (
                <DataTable
                  caption={safetyText.caption}
                  columns={columnsOf(setShrinking)}
                  rows={data}
                  idOf={({ key, finding }) => `${key} ${finding}`}
                  nameOf={({ key_name }) => key_name}
                />
              )}
              <Pager count={data.length} after={after} next={next_cursor} />
            </>
          )}
        </Loaded>
      </Panel>
      <LeakReports />
      {shrinking !== undefined && (
        <ShrinkDialog of={shrinking} onClose={() => setShrinking(undefined)} />
      )}
    </Page>
  );
}

function Nothing({
  isFiltered,
  hasMore,
}: {
  readonly isFiltered: boolean;
  readonly hasMore: boolean;
}) {
  if (hasMore) return <EmptyState icon="safety" title={safetyText.more} />;
  const title = isFiltered ? safetyText.filtered : safetyText.empty;
  return (
    <EmptyState icon="safety" title={title}>
      {isFiltered ? safetyText.filteredHint : safetyText.emptyHint}
    </EmptyState>
  );
}

function columnsOf(onShrink: (finding: SafetyFinding) => void): readonly Column<SafetyFinding>[] {
  const { columns, names } = safetyText;
  return [
    {
      header: columns.finding,
      cell: ({ finding }) => (
        <Badge tone={TONES[finding]} icon="warning">
          {names[finding]}
        </Badge>
      ),
    },
    {
      header: columns.key,
      cell: ({ key, key_name, owner, environment }) => (
        <>
          <Link to="/keys/$key" params={{ key }} search={{ env: environment }}>
            {key_name}
          </Link>{" "}
          · {owner}
        </>
      ),
    },
    { header: columns.detail, cell: ({ detail }) => detail },
    {
      header: columns.action,
      cell: (finding) => <Mend of={finding} onShrink={() => onShrink(finding)} />,
    },
  ];
}

function Mend({ of, onShrink }: { readonly of: SafetyFinding; readonly onShrink: () => void }) {
  const { can } = useSession();
  if (of.finding === "over_scoped" && can("keys:write")) {
    return <Button onClick={onShrink}>{safetyText.shrink}</Button>;
  }
  return of.action.summary;
}
