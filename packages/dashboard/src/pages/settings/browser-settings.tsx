import { Card } from "../../parts/card.tsx";
import { FieldRow, SelectField } from "../../parts/field.tsx";
import { setPreference, usePreference } from "../../runtime/preferences.ts";
import { settingsText } from "../../text/settings.ts";

/** What one prefers, in this browser. */
export function BrowserSettings() {
  return (
    <Card title={settingsText.browser} lead={settingsText.browserLead}>
      <FieldRow>
        <SelectField
          label={settingsText.theme}
          value={usePreference("theme")}
          choices={choicesOf(settingsText.themes)}
          onValue={(value) => setPreference("theme", value)}
        />
        <SelectField
          label={settingsText.contrast}
          value={usePreference("contrast")}
          choices={choicesOf(settingsText.contrasts)}
          onValue={(value) => setPreference("contrast", value)}
        />
      </FieldRow>
      <FieldRow>
        <SelectField
          label={settingsText.times}
          value={usePreference("times")}
          choices={choicesOf(settingsText.timesChoices)}
          onValue={(value) => setPreference("times", value)}
        />
        <SelectField
          label={settingsText.shortcuts}
          value={usePreference("shortcuts")}
          choices={choicesOf(settingsText.shortcutsChoices)}
          onValue={(value) => setPreference("shortcuts", value)}
        />
      </FieldRow>
    </Card>
  );
}

function choicesOf<Value extends string>(labels: Readonly<Record<Value, string>>) {
  return (Object.entries(labels) as [Value, string][]).map(([value, label]) => ({ value, label }));
}
