import { useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import type { WebhooksUpdateBody } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { useGuardedSave } from "../../../api/use-guarded-save.ts";
import { Card } from "../../../parts/card.tsx";
import { DeleteCard } from "../../../parts/delete-card.tsx";
import { Form } from "../../../parts/form.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { webhooksText } from "../../../text/webhooks.ts";
import { WebhookFields } from "../webhook-fields.tsx";
import { bodyOf, formOfWebhook } from "../webhook-form.ts";
import type { WebhookPartProps } from "./webhook-page.tsx";

export function WebhookSettings({ of: webhook, onChanged }: WebhookPartProps) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const { save, isConflict } = useGuardedSave({
    update: (body: WebhooksUpdateBody) =>
      client.webhooks.update(webhook.id, body, { ifMatch: webhook.rev }),
    read: () => client.webhooks.get(webhook.id),
    onChanged,
  });
  const say = useToast();
  const mayWrite = can("webhooks:write");
  return (
    <>
      {isConflict && (
        <Notice tone="warn" isAlert>
          {webhooksText.conflict}
        </Notice>
      )}
      <WebhookEditor key={webhook.rev} of={webhook} isFixed={!mayWrite} onSave={save} />
      {mayWrite && (
        <DeleteCard
          title={webhooksText.danger}
          lead={webhooksText.deleteLead}
          verb={webhooksText.delete}
          onDelete={async () => {
            await client.webhooks.delete(webhook.id, { ifMatch: webhook.rev });
            await queries.invalidateQueries({ queryKey: ["webhooks"] });
            say(webhooksText.deleted);
            await navigate({ to: "/webhooks" });
          }}
        />
      )}
    </>
  );
}

interface WebhookEditorProps extends Pick<WebhookPartProps, "of"> {
  readonly isFixed: boolean;
  readonly onSave: (body: WebhooksUpdateBody) => Promise<void>;
}

function WebhookEditor({ of, isFixed, onSave }: WebhookEditorProps) {
  const say = useToast();
  const [form, setForm] = useState(() => formOfWebhook(of));
  const save = useAction(async () => {
    await onSave(bodyOf(form));
    say(webhooksText.saved);
  });
  return (
    <Card title={webhooksText.endpoint}>
      <Form
        action={save}
        submit={webhooksText.save}
        busy={webhooksText.saving}
        isFixed={isFixed}
        isIncomplete={form.events.length === 0}
      >
        <WebhookFields
          form={form}
          problems={save.complaint?.fields ?? {}}
          onForm={(change) => setForm({ ...form, ...change })}
        />
      </Form>
    </Card>
  );
}
