import { getRouteApi, Link } from "@tanstack/react-router";
import { buttonClass } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { settingsText } from "../../text/settings.ts";
import { BrowserSettings } from "./browser-settings.tsx";
import { Members } from "./members.tsx";
import { Sessions } from "./sessions.tsx";
import { WorkspaceCard } from "./workspace-card.tsx";

const route = getRouteApi("/settings");

export function SettingsPage() {
  const { tab = "general" } = route.useSearch();
  return (
    <Page narrow title={settingsText.title}>
      <Tabs label={settingsText.tabsLabel} names={settingsText.tabs} current={tab} />
      {tab === "members" ? <Members /> : tab === "sessions" ? <Sessions /> : <General />}
    </Page>
  );
}

function General() {
  return (
    <>
      <WorkspaceCard />
      <Card title={settingsText.managementKeys} lead={settingsText.managementKeysLead}>
        <Link to="/keys" search={{ api: "keyward", env: "live" }} className={buttonClass()}>
          {settingsText.showManagementKeys}
        </Link>
      </Card>
      <BrowserSettings />
    </>
  );
}
