import { Link } from "@tanstack/react-router";
import { useApis } from "../../api/apis.ts";
import { buttonClass } from "../../parts/button.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Columns } from "../../parts/stack.tsx";
import { overviewText } from "../../text/overview.ts";
import { Attention } from "./attention.tsx";
import { OverviewUsage } from "./overview-usage.tsx";
import { RecentChanges } from "./recent-changes.tsx";

export function OverviewPage() {
  const apis = useApis();
  return (
    <Page title={overviewText.title}>
      <Loaded query={apis}>
        {(all) => (
          <>
            {all.every(({ built_in }) => built_in) && <Start />}
            <OverviewUsage />
            <Columns>
              <Attention />
              <RecentChanges />
            </Columns>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Start() {
  return (
    <Panel>
      <EmptyState
        icon="setup"
        title={overviewText.start}
        actions={
          <Link to="/setup" className={buttonClass("primary")}>
            {overviewText.startAction}
          </Link>
        }
      >
        {overviewText.startLead}
      </EmptyState>
    </Panel>
  );
}
