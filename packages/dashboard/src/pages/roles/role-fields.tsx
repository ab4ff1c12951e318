import { useQuery } from "@tanstack/react-query";
import { useClient } from "../../api/session.tsx";
import { TextField } from "../../parts/field.tsx";
import { ScopePicker } from "../../parts/scope-picker.tsx";
import { rolesText } from "../../text/roles.ts";

export interface RoleForm {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly string[];
}

interface RoleFieldsProps {
  readonly api: string;
  readonly form: RoleForm;
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<RoleForm>) => void;
}

export function RoleFields({ api, form, problems, onForm }: RoleFieldsProps) {
  const client = useClient();
  const scopes = useQuery({
    queryKey: ["apis", api, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(api, { signal })).data,
    enabled: api !== "",
  });
  return (
    <>
      <TextField
        label={rolesText.name}
        error={problems["/name"]}
        required
        maxLength={200}
        value={form.name}
        onValue={(name) => onForm({ name })}
      />
      <TextField
        label={rolesText.description}
        error={problems["/description"]}
        isOptional
        maxLength={500}
        value={form.description}
        onValue={(description) => onForm({ description })}
      />
      <h3>{rolesText.scopes}</h3>
      <ScopePicker
        offered={scopes.data ?? []}
        granted={form.scopes}
        onGranted={(scopes) => onForm({ scopes })}
      />
    </>
  );
}

export function descriptionOf(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
