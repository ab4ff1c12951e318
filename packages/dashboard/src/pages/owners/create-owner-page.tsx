import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { ownersText } from "../../text/owners.ts";
import { EMPTY_OWNER, OwnerFields } from "./owner-fields.tsx";

export function CreateOwnerPage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const say = useToast();
  const [form, setForm] = useState({ ...EMPTY_OWNER, external_id: "" });
  const create = useAction(async () => {
    const { external_id, type, name } = form;
    const { id } = await client.owners.create({ external_id, type, name: name.trim() || null });
    await queries.invalidateQueries({ queryKey: ["owners"] });
    say(ownersText.done);
    await navigate({ to: "/owners/$owner", params: { owner: id } });
  });
  return (
    <Page narrow title={ownersText.create} crumbs={<Crumb to="/owners">{ownersText.back}</Crumb>}>
      <Card title={ownersText.facts}>
        <Form action={create} submit={ownersText.create} busy={ownersText.saving}>
          <OwnerFields
            form={form}
            problems={create.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
            externalId={form.external_id}
            onExternalId={(external_id) => setForm({ ...form, external_id })}
          />
        </Form>
      </Card>
    </Page>
  );
}
