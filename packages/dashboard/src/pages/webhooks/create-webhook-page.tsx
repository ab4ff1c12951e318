import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { webhooksText } from "../../text/webhooks.ts";
import { RevealSigningSecret } from "./reveal-signing-secret.tsx";
import { WebhookFields } from "./webhook-fields.tsx";
import { bodyOf, EMPTY_WEBHOOK } from "./webhook-form.ts";

export function CreateWebhookPage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState(EMPTY_WEBHOOK);
  const [issued, setIssued] = useState<{ readonly id: string; readonly secret: string }>();
  const open = (id: string) => navigate({ to: "/webhooks/$webhook", params: { webhook: id } });
  const create = useAction(async () => {
    const { id, secret } = await client.webhooks.create(bodyOf(form));
    await queries.invalidateQueries({ queryKey: ["webhooks"] });
    // Nobody checks the signature of a mail.
    if (form.way === "mail") await open(id);
    else setIssued({ id, secret });
  });
  return (
    <Page
      narrow
      title={webhooksText.createTitle}
      lead={webhooksText.createLead}
      crumbs={<Crumb to="/webhooks">{webhooksText.back}</Crumb>}
    >
      <Card title={webhooksText.endpoint}>
        <Form
          action={create}
          submit={webhooksText.create}
          busy={webhooksText.saving}
          isIncomplete={form.events.length === 0}
        >
          <WebhookFields
            form={form}
            problems={create.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
          />
        </Form>
      </Card>
      {issued !== undefined && (
        <RevealSigningSecret
          title={webhooksText.created}
          secret={issued.secret}
          onClose={() => {
            setIssued(undefined);
            void open(issued.id);
          }}
        />
      )}
    </Page>
  );
}
