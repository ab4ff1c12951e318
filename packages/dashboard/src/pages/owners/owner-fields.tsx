import type { Owner } from "@keyward/sdk/client/operations.generated";
import { FieldRow, SelectField, TextField } from "../../parts/field.tsx";
import { ownersText } from "../../text/owners.ts";

export interface OwnerForm {
  readonly name: string;
  readonly type: Owner["type"];
}

export const EMPTY_OWNER: OwnerForm = { name: "", type: "app" };

const TYPES = (["app", "user", "organisation"] as const).map((value) => ({
  value,
  label: ownersText.types[value],
}));

interface OwnerFieldsProps {
  readonly form: OwnerForm;
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<OwnerForm>) => void;
  readonly externalId: string;
  /** Left out when it is settled: an owner keeps its id. */
  readonly onExternalId?: (externalId: string) => void;
}

export function OwnerFields(props: OwnerFieldsProps) {
  const { form, problems, onForm, externalId, onExternalId } = props;
  return (
    <>
      <TextField
        label={ownersText.externalId}
        hint={ownersText.externalIdHint}
        error={problems["/external_id"]}
        required
        mono
        maxLength={200}
        readOnly={onExternalId === undefined}
        value={externalId}
        onValue={(value) => onExternalId?.(value)}
      />
      <FieldRow>
        <TextField
          label={ownersText.name}
          isOptional
          error={problems["/name"]}
          maxLength={200}
          value={form.name}
          onValue={(name) => onForm({ name })}
        />
        <SelectField
          label={ownersText.type}
          value={form.type}
          choices={TYPES}
          onValue={(type) => onForm({ type })}
        />
      </FieldRow>
    </>
  );
}
