import { brandProblem } from "@keyward/core/key/brand";
import { FieldRow, SelectField, TextAreaField, TextField } from "../../parts/field.tsx";
import { apisText } from "../../text/apis.ts";
import { firstProblem } from "../../api/first-problem.ts";
import type { ApiForm, LeakReaction } from "./api-form.ts";

interface ApiFieldsProps {
  readonly form: ApiForm;
  readonly isNew?: boolean;
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<ApiForm>) => void;
}

const REACTIONS = (Object.entries(apisText.leakReactions) as [LeakReaction, string][]).map(
  ([value, label]) => ({ value, label }),
);

export function ApiFields({ form, isNew = false, problems, onForm }: ApiFieldsProps) {
  const prefixProblem = form.prefix === "" ? undefined : brandProblem(form.prefix);
  return (
    <>
      <FieldRow>
        <TextField
          label={apisText.name}
          error={problems["/name"]}
          required
          maxLength={200}
          value={form.name}
          onValue={(name) => onForm({ name })}
        />
        <TextField
          label={apisText.prefix}
          hint={apisText.prefixHint}
          error={isNew ? (problems["/prefix"] ?? prefixProblem) : undefined}
          required
          mono
          maxLength={16}
          readOnly={!isNew}
          value={form.prefix}
          onValue={(prefix) => onForm({ prefix: prefix.toLowerCase() })}
        />
      </FieldRow>
      <TextField
        label={apisText.audience}
        hint={apisText.audienceHint}
        error={problems["/audience"]}
        required
        mono
        maxLength={512}
        value={form.audience}
        onValue={(audience) => onForm({ audience })}
      />
      {isNew && (
        <TextAreaField
          label={apisText.scopes}
          hint={apisText.scopesHint}
          error={firstProblem(problems, "/scopes")}
          isOptional
          mono
          rows={4}
          placeholder={"invoices:read\ninvoices:write"}
          value={form.scopes}
          onValue={(scopes) => onForm({ scopes })}
        />
      )}
      <TextField
        label={apisText.lifetime}
        hint={apisText.lifetimeHint}
        error={problems["/default_lifetime_seconds"]}
        isOptional
        type="number"
        min={1}
        max={3650}
        value={form.lifetimeDays}
        onValue={(lifetimeDays) => onForm({ lifetimeDays })}
      />
      <SelectField
        label={apisText.leakReaction}
        hint={apisText.leakReactionHint}
        error={problems["/leak_reaction"]}
        value={form.leakReaction}
        choices={REACTIONS}
        onValue={(leakReaction) => onForm({ leakReaction })}
      />
    </>
  );
}
