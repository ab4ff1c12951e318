import { useState } from "react";
import { useSession } from "../../../api/session.tsx";
import { firstProblem } from "../../../api/first-problem.ts";
import { useAction } from "../../../api/use-action.ts";
import { Card } from "../../../parts/card.tsx";
import { GroupProblem } from "../../../parts/field.tsx";
import { Form } from "../../../parts/form.tsx";
import { ScopeDiff } from "../../../parts/scope-diff.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { clientsText } from "../../../text/clients.ts";
import { formOfClient } from "../client-form.ts";
import type { ResourceForm } from "../client-form.ts";
import { ResourcesEditor } from "../resources-editor.tsx";
import type { ClientEditorProps } from "./client-page.tsx";

/** What it may ask for; what a change comes to is shown before it is saved. */
export function ClientAccess({ of: client, onSave }: ClientEditorProps) {
  const { can } = useSession();
  const say = useToast();
  const before = formOfClient(client).resources;
  const [resources, setResources] = useState(before);
  const save = useAction(async () => {
    await onSave({ resources });
    say(clientsText.saved);
  });
  return (
    <Card title={clientsText.access} lead={clientsText.accessLead}>
      <Form
        action={save}
        submit={clientsText.save}
        busy={clientsText.saving}
        isFixed={!can("clients:write") || client.status === "revoked"}
        isIncomplete={resources.length === 0}
      >
        <GroupProblem>{firstProblem(save.complaint?.fields ?? {}, "/resources")}</GroupProblem>
        <ResourcesEditor resources={resources} onResources={setResources} />
        <ScopeDiff before={before.flatMap(linesOf)} after={resources.flatMap(linesOf)} />
      </Form>
    </Card>
  );
}

function linesOf({ api, scopes }: ResourceForm): readonly string[] {
  return scopes.length === 0 ? [api] : scopes.map((scope) => `${api} ${scope}`);
}
