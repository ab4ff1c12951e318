import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { apisText } from "../../text/apis.ts";
import { ApiFields } from "./api-fields.tsx";
import { EMPTY_API, lifetimeOf, scopesOf } from "./api-form.ts";

export function CreateApiPage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState(EMPTY_API);
  const create = useAction(async () => {
    const { id } = await client.apis.create({
      name: form.name.trim(),
      prefix: form.prefix.trim(),
      audience: form.audience.trim(),
      scopes: scopesOf(form.scopes),
      default_lifetime_seconds: lifetimeOf(form.lifetimeDays),
      leak_reaction: form.leakReaction,
    });
    await queries.invalidateQueries({ queryKey: ["apis"] });
    await navigate({ to: "/apis/$api", params: { api: id } });
  });
  return (
    <Page
      narrow
      title={apisText.createTitle}
      lead={apisText.createLead}
      crumbs={<Crumb to="/apis">{apisText.back}</Crumb>}
    >
      <Card title={apisText.settings}>
        <Form action={create} submit={apisText.create} busy={apisText.saving}>
          <ApiFields
            form={form}
            isNew
            problems={create.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
          />
        </Form>
      </Card>
    </Page>
  );
}
