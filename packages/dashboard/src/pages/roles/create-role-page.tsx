import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useOwnApis } from "../../api/apis.ts";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { SelectField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { rolesText } from "../../text/roles.ts";
import { descriptionOf, RoleFields } from "./role-fields.tsx";
import type { RoleForm } from "./role-fields.tsx";

const EMPTY: RoleForm = { name: "", description: "", scopes: [] };

export function CreateRolePage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const apis = useOwnApis();
  const [chosen, setChosen] = useState("");
  const [form, setForm] = useState(EMPTY);
  const api = chosen || (apis[0]?.prefix ?? "");
  const create = useAction(async () => {
    const { name, description, scopes } = form;
    const role = await client.roles.create({
      api,
      name: name.trim(),
      description: descriptionOf(description),
      scopes,
    });
    await queries.invalidateQueries({ queryKey: ["roles"] });
    await navigate({ to: "/roles/$role", params: { role: role.id } });
  });
  return (
    <Page narrow title={rolesText.createTitle} crumbs={<Crumb to="/roles">{rolesText.back}</Crumb>}>
      <Card title={rolesText.scopes}>
        <Form action={create} submit={rolesText.create} busy={rolesText.saving}>
          <SelectField
            label={rolesText.api}
            value={api}
            choices={apis.map(({ prefix, name }) => ({ value: prefix, label: name }))}
            onValue={(api) => {
              setChosen(api);
              setForm({ ...form, scopes: [] });
            }}
          />
          <RoleFields
            api={api}
            form={form}
            problems={create.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
          />
        </Form>
      </Card>
    </Page>
  );
}
