import type { LimitForm } from "../../limits/limit-form.ts";
import { LimitsEditor } from "../../limits/limits-editor.tsx";
import { TextField } from "../../parts/field.tsx";
import { limitText, plansText } from "../../text/limits.ts";

export interface PlanForm {
  readonly name: string;
  readonly description: string;
  readonly limits: readonly LimitForm[];
}

interface PlanFieldsProps {
  readonly form: PlanForm;
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<PlanForm>) => void;
}

export function PlanFields({ form, problems, onForm }: PlanFieldsProps) {
  return (
    <>
      <TextField
        label={plansText.name}
        error={problems["/name"]}
        required
        maxLength={200}
        value={form.name}
        onValue={(name) => onForm({ name })}
      />
      <TextField
        label={plansText.description}
        error={problems["/description"]}
        isOptional
        maxLength={500}
        value={form.description}
        onValue={(description) => onForm({ description })}
      />
      <h3>{limitText.title}</h3>
      <LimitsEditor
        limits={form.limits}
        problems={problems}
        onLimits={(limits) => onForm({ limits })}
      />
    </>
  );
}
