import { firstProblem } from "../../api/first-problem.ts";
import { useApis } from "../../api/apis.ts";
import { CheckGroup } from "../../parts/check-group.tsx";
import { FieldRow, SelectField, TextAreaField, TextField } from "../../parts/field.tsx";
import { policiesText } from "../../text/policies.ts";
import type { PolicyForm } from "./policy-form.ts";

interface PolicyFieldsProps {
  readonly form: PolicyForm;
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<PolicyForm>) => void;
}

const KINDS = [
  { value: "", label: policiesText.everyKind } as const,
  ...choicesOf(policiesText.kinds),
];
const RESTRICTIONS = choicesOf(policiesText.restrictionNames);
const APPROVAL = [{ value: "approval", label: policiesText.approval }] as const;

/** Of what it speaks; it cannot be changed later. */
export function PolicySubject({ form, problems, onForm }: PolicyFieldsProps) {
  const { data: apis = [] } = useApis();
  const choices = [
    { value: "", label: policiesText.everyApi },
    ...apis.map(({ prefix, name }) => ({ value: prefix, label: name })),
  ];
  return (
    <FieldRow>
      <SelectField
        label={policiesText.api}
        error={problems["/api"]}
        value={form.api}
        choices={choices}
        onValue={(api) => onForm({ api })}
      />
      <SelectField
        label={policiesText.kind}
        error={problems["/kind"]}
        value={form.kind}
        choices={KINDS}
        onValue={(kind) => onForm({ kind })}
      />
    </FieldRow>
  );
}

export function PolicyRules({ form, problems, onForm }: PolicyFieldsProps) {
  const days = { type: "number", min: 1, max: 3_650, isOptional: true, step: "any" } as const;
  return (
    <>
      <FieldRow>
        <TextField
          {...days}
          label={policiesText.lifetimeMax}
          hint={policiesText.lifetimeMaxHint}
          error={problems["/lifetime_seconds_max"]}
          value={form.lifetimeMaxDays}
          onValue={(lifetimeMaxDays) => onForm({ lifetimeMaxDays })}
        />
        <TextField
          {...days}
          label={policiesText.lifetimeDefault}
          hint={policiesText.lifetimeDefaultHint}
          error={problems["/lifetime_seconds_default"]}
          value={form.lifetimeDefaultDays}
          onValue={(lifetimeDefaultDays) => onForm({ lifetimeDefaultDays })}
        />
      </FieldRow>
      <TextField
        {...days}
        label={policiesText.idle}
        hint={policiesText.idleHint}
        error={problems["/idle_seconds"]}
        value={form.idleDays}
        onValue={(idleDays) => onForm({ idleDays })}
      />
      <CheckGroup
        label={policiesText.restrictions}
        error={firstProblem(problems, "/required_restrictions")}
        choices={RESTRICTIONS}
        chosen={form.restrictions}
        onChosen={(restrictions) => onForm({ restrictions })}
      />
      <TextAreaField
        label={policiesText.forbidden}
        hint={policiesText.forbiddenHint}
        error={firstProblem(problems, "/forbidden_scopes")}
        isOptional
        mono
        rows={3}
        value={form.forbidden}
        onValue={(forbidden) => onForm({ forbidden })}
      />
      {(form.kind === "pat" || form.approval) && (
        <CheckGroup
          label={policiesText.approvalLegend}
          error={problems["/approval"]}
          choices={APPROVAL}
          chosen={form.approval ? ["approval"] : []}
          onChosen={(chosen) => onForm({ approval: chosen.length > 0 })}
        />
      )}
    </>
  );
}

function choicesOf<Value extends string>(labels: Readonly<Record<Value, string>>) {
  return (Object.entries(labels) as [Value, string][]).map(([value, label]) => ({ value, label }));
}
