import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Page } from "../../parts/page.tsx";
import { settingsText } from "../../text/settings.ts";
import { BrowserSettings } from "./browser-settings.tsx";

export function SettingsPage() {
  return (
    <Page narrow title={settingsText.title}>
      <Card title={settingsText.managementKeys} lead={settingsText.managementKeysLead}>
        <Link to="/keys" search={{ api: "keyward", env: "live" }} className={buttonClass()}>
          {settingsText.showManagementKeys}
        </Link>
      </Card>
      <BrowserSettings />
    </Page>
  );
}
