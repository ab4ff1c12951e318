import { firstProblem } from "../api/first-problem.ts";
import { TextAreaField, TextField } from "../parts/field.tsx";
import { ScopePicker } from "../parts/scope-picker.tsx";
import type { OfferedScope } from "../parts/scope-picker.tsx";
import { portalText } from "../text/portal.ts";

export interface OwnKeyForm {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly ips: string;
  readonly origins: string;
}

interface OwnKeyFieldsProps {
  readonly form: OwnKeyForm;
  readonly offered: readonly OfferedScope[];
  /** By JSON pointer. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<OwnKeyForm>) => void;
}

export function OwnKeyFields({ form, offered, problems, onForm }: OwnKeyFieldsProps) {
  return (
    <>
      <TextField
        label={portalText.name}
        hint={portalText.nameHint}
        error={problems["/name"]}
        required
        data-autofocus
        maxLength={200}
        value={form.name}
        onValue={(name) => onForm({ name })}
      />
      {offered.length > 0 && (
        <ScopePicker
          offered={offered}
          granted={form.scopes}
          onGranted={(scopes) => onForm({ scopes })}
        />
      )}
      <TextAreaField
        label={portalText.ips}
        hint={portalText.ipsHint}
        error={firstProblem(problems, "/restrictions/ips")}
        isOptional
        mono
        rows={2}
        value={form.ips}
        onValue={(ips) => onForm({ ips })}
      />
      <TextAreaField
        label={portalText.origins}
        hint={portalText.originsHint}
        error={firstProblem(problems, "/restrictions/origins")}
        isOptional
        mono
        rows={2}
        value={form.origins}
        onValue={(origins) => onForm({ origins })}
      />
    </>
  );
}

export function restrictionsOf({ ips, origins }: OwnKeyForm) {
  return { ips: linesOf(ips), origins: linesOf(origins) };
}

function linesOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((line) => line !== "");
}
