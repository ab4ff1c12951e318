import { firstProblem } from "../../api/first-problem.ts";
import { FieldRow, GroupProblem, SelectField, TextField } from "../../parts/field.tsx";
import { webhooksText } from "../../text/webhooks.ts";
import { EventPicker } from "./event-picker.tsx";
import type { WebhookForm } from "./webhook-form.ts";

const { ways } = webhooksText;
const WAYS = (["url", "mail"] as const).map((value) => ({ value, label: ways[value] }));

interface WebhookFieldsProps {
  readonly form: WebhookForm;
  /** By JSON pointer. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<WebhookForm>) => void;
}

export function WebhookFields({ form, problems, onForm }: WebhookFieldsProps) {
  const isMail = form.way === "mail";
  return (
    <>
      <FieldRow>
        <SelectField
          label={webhooksText.how}
          value={form.way}
          choices={WAYS}
          onValue={(way) => onForm({ way })}
        />
        <TextField
          label={isMail ? webhooksText.mail : webhooksText.url}
          hint={isMail ? webhooksText.mailHint : webhooksText.urlHint}
          error={problems["/url"]}
          required
          mono
          type={form.way === "mail" ? "email" : "url"}
          maxLength={2048}
          value={form.address}
          onValue={(address) => onForm({ address })}
        />
      </FieldRow>
      <TextField
        label={webhooksText.description}
        error={problems["/description"]}
        isOptional
        maxLength={500}
        value={form.description}
        onValue={(description) => onForm({ description })}
      />
      <GroupProblem>{firstProblem(problems, "/events")}</GroupProblem>
      <EventPicker chosen={form.events} onChosen={(events) => onForm({ events })} />
    </>
  );
}
