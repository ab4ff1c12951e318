import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Member } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { FieldRow, SelectField, TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { membersText } from "../../text/members.ts";
import { MEMBER_ROLES } from "./member-role-choice.tsx";

const EMPTY = { name: "", email: "", role: "developer" as Member["role"] };

export function AddMember() {
  const client = useClient();
  const queries = useQueryClient();
  const say = useToast();
  const [form, setForm] = useState(EMPTY);
  const add = useAction(async () => {
    const { name, email, role } = form;
    await client.members.create({ name: name.trim(), email: email.trim() || null, role });
    setForm(EMPTY);
    await queries.invalidateQueries({ queryKey: ["members"] });
    say(membersText.added);
  });
  const problems = add.complaint?.fields ?? {};
  return (
    <Card title={membersText.add}>
      <Form action={add} submit={membersText.add} busy={membersText.adding}>
        <FieldRow>
          <TextField
            label={membersText.name}
            error={problems["/name"]}
            required
            maxLength={200}
            value={form.name}
            onValue={(name) => setForm({ ...form, name })}
          />
          <TextField
            label={membersText.email}
            error={problems["/email"]}
            isOptional
            type="email"
            value={form.email}
            onValue={(email) => setForm({ ...form, email })}
          />
          <SelectField
            label={membersText.role}
            hint={membersText.roleMeanings[form.role]}
            value={form.role}
            choices={MEMBER_ROLES}
            onValue={(role) => setForm({ ...form, role })}
          />
        </FieldRow>
      </Form>
    </Card>
  );
}
