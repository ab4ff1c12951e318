import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { policiesText } from "../../text/policies.ts";
import { PolicyRules, PolicySubject } from "./policy-fields.tsx";
import { EMPTY_POLICY, rulesOf } from "./policy-form.ts";

export function CreatePolicyPage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState(EMPTY_POLICY);
  const create = useAction(async () => {
    const { id } = await client.policies.create({
      ...rulesOf(form),
      api: form.api || null,
      kind: form.kind || null,
    });
    await queries.invalidateQueries({ queryKey: ["policies"] });
    await navigate({ to: "/policies/$policy", params: { policy: id } });
  });
  const fields = {
    form,
    problems: create.complaint?.fields ?? {},
    onForm: (change: Partial<typeof form>) => setForm({ ...form, ...change }),
  };
  return (
    <Page
      narrow
      title={policiesText.createTitle}
      lead={policiesText.createLead}
      crumbs={<Crumb to="/policies">{policiesText.back}</Crumb>}
    >
      <Card title={policiesText.facts}>
        <Form action={create} submit={policiesText.create} busy={policiesText.saving}>
          <TextField
            label={policiesText.name}
            error={fields.problems["/name"]}
            required
            maxLength={200}
            value={form.name}
            onValue={(name) => fields.onForm({ name })}
          />
          <PolicySubject {...fields} />
          <h3>{policiesText.rules}</h3>
          <PolicyRules {...fields} />
        </Form>
      </Card>
    </Page>
  );
}
