import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { FieldRow, TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { revealText } from "../../text/reveal.ts";
import { setupText } from "../../text/setup.ts";

export function KeyStep({ api }: { readonly api: string }) {
  const client = useClient();
  const queries = useQueryClient();
  const environment = useEnvironment();
  const [name, setName] = useState("First key");
  const [owner, setOwner] = useState("");
  const [secret, setSecret] = useState<string>();
  const { data: scopes = [] } = useQuery({
    queryKey: ["apis", api, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(api, { signal })).data,
  });
  const create = useAction(async () => {
    const granted = scopes.map(({ name }) => name);
    const created = await client.keys.create({ api, name, owner, environment, scopes: granted });
    setSecret(created.secret);
  });
  const problems = create.complaint?.fields ?? {};
  return (
    <>
      <Form action={create} submit={setupText.createKey} busy={setupText.busy}>
        <FieldRow>
          <TextField
            label={setupText.keyName}
            error={problems["/name"]}
            required
            maxLength={200}
            value={name}
            onValue={setName}
          />
          <TextField
            label={setupText.owner}
            error={problems["/owner"]}
            required
            maxLength={200}
            placeholder="cus_42"
            value={owner}
            onValue={setOwner}
          />
        </FieldRow>
      </Form>
      {secret !== undefined && (
        <RevealDialog
          title={revealText.created}
          secret={secret}
          onClose={() => {
            setSecret(undefined);
            void queries.invalidateQueries({ queryKey: ["keys"] });
          }}
        />
      )}
    </>
  );
}
