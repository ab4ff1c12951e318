import { useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Card } from "../../../parts/card.tsx";
import { DeleteCard } from "../../../parts/delete-card.tsx";
import { Form } from "../../../parts/form.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { clientsText } from "../../../text/clients.ts";
import { ClientFields, ProofFields } from "../client-fields.tsx";
import { formOfClient, jwksOf, settingsOf } from "../client-form.ts";
import type { ClientForm } from "../client-form.ts";
import type { ClientEditorProps } from "./client-page.tsx";

export function ClientSettings({ of: client, onSave }: ClientEditorProps) {
  const api = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const say = useToast();
  const [form, setForm] = useState(() => formOfClient(client));
  const save = useAction(async () => {
    await onSave(settingsOf(form));
    say(clientsText.saved);
  });
  const isRevoked = client.status === "revoked";
  const part = {
    form,
    problems: save.complaint?.fields ?? {},
    onForm: (change: Partial<ClientForm>) => setForm({ ...form, ...change }),
  };
  return (
    <>
      <Card title={clientsText.tabs.settings} lead={clientsText.proofLead}>
        <Form
          action={save}
          submit={clientsText.save}
          busy={clientsText.saving}
          isFixed={!can("clients:write") || isRevoked}
          isIncomplete={jwksOf(form.jwks) === undefined}
        >
          <ClientFields {...part} />
          <ProofFields {...part} />
        </Form>
      </Card>
      {isRevoked && can("clients:write") && (
        <DeleteCard
          title={clientsText.danger}
          lead={clientsText.deleteLead}
          verb={clientsText.delete}
          onDelete={async () => {
            await api.clients.delete(client.id, { ifMatch: client.rev });
            await queries.invalidateQueries({ queryKey: ["clients"] });
            say(clientsText.deleted);
            await navigate({ to: "/clients" });
          }}
        />
      )}
    </>
  );
}
