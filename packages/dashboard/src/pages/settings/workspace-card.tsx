import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Workspace } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { settingsText } from "../../text/settings.ts";

export function WorkspaceCard() {
  const client = useClient();
  const { me } = useSession();
  const { id } = me.workspace;
  const workspace = useQuery({
    queryKey: ["workspace", id],
    queryFn: ({ signal }) => client.workspaces.get(id, { signal }),
  });
  return (
    <Card title={settingsText.workspace}>
      <Loaded query={workspace} lines={2}>
        {(workspace) => <Editor key={workspace.rev} of={workspace} />}
      </Loaded>
    </Card>
  );
}

function Editor({ of: workspace }: { readonly of: Workspace }) {
  const client = useClient();
  const { can } = useSession();
  const queries = useQueryClient();
  const say = useToast();
  const [name, setName] = useState(workspace.name);
  const save = useAction(async () => {
    await client.workspaces.update(workspace.id, { name: name.trim() }, { ifMatch: workspace.rev });
    await queries.invalidateQueries({ queryKey: ["workspace"] });
    say(settingsText.saved);
  });
  const isFixed = !can("workspaces:write");
  return (
    <Form action={save} submit={settingsText.save} busy={settingsText.saving} isFixed={isFixed}>
      <TextField
        label={settingsText.name}
        hint={workspace.id}
        error={save.complaint?.fields["/name"]}
        required
        maxLength={200}
        readOnly={isFixed}
        value={name}
        onValue={setName}
      />
    </Form>
  );
}
