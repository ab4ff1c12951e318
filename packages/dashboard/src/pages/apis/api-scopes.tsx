import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Api, Scope } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { FieldRow, TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice } from "../../parts/notice.tsx";
import { apisText } from "../../text/apis.ts";

interface ApiScopesProps {
  readonly of: Api;
  readonly mayWrite: boolean;
}

const COLUMNS: readonly Column<Scope>[] = [
  { header: apisText.scopeColumns.name, cell: ({ name }) => <code>{name}</code> },
  { header: apisText.scopeColumns.description, cell: ({ description }) => description ?? "–" },
];

function removeColumn(onRemove: (scope: string) => void): Column<Scope> {
  return {
    header: apisText.scopeColumns.action,
    cell: ({ name }) => (
      <Button onClick={() => onRemove(name)} aria-label={`${apisText.removeScope} ${name}`}>
        {apisText.removeScope}
      </Button>
    ),
  };
}

/** The catalogue: what keys of the api may be granted. */
export function ApiScopes({ of: api, mayWrite }: ApiScopesProps) {
  const client = useClient();
  const queries = useQueryClient();
  const scopes = useQuery({
    queryKey: ["apis", api.prefix, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(api.id, { signal })).data,
  });
  const onChanged = () => queries.invalidateQueries({ queryKey: ["apis"] });
  const remove = useAction(async (scope: string) => {
    await client.apis.scopes.remove(api.id, scope);
    await onChanged();
  });
  return (
    <div>
      <Card title={apisText.scopes} lead={mayWrite ? apisText.removeHint : undefined} flush>
        <ComplaintNotice complaint={remove.complaint} />
        <Loaded query={scopes}>
          {(data) =>
            data.length === 0 ? (
              <EmptyState icon="roles" title={apisText.noScopes}>
                {apisText.noScopesHint}
              </EmptyState>
            ) : (
              <DataTable
                caption={apisText.scopes}
                columns={
                  mayWrite ? [...COLUMNS, removeColumn((scope) => void remove.run(scope))] : COLUMNS
                }
                rows={data}
                idOf={({ name }) => name}
                nameOf={({ name }) => name}
              />
            )
          }
        </Loaded>
      </Card>
      {mayWrite && <AddScope api={api} onAdded={onChanged} />}
    </div>
  );
}

function AddScope({ api, onAdded }: { readonly api: Api; readonly onAdded: () => Promise<void> }) {
  const client = useClient();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const add = useAction(async () => {
    await client.apis.scopes.add(api.id, {
      name: name.trim(),
      ...(description.trim() === "" ? {} : { description: description.trim() }),
    });
    setName("");
    setDescription("");
    await onAdded();
  });
  const problems = add.complaint?.fields ?? {};
  return (
    <Card title={apisText.addScope}>
      <Form action={add} submit={apisText.addScope} busy={apisText.saving}>
        <FieldRow>
          <TextField
            label={apisText.scopeName}
            error={problems["/name"]}
            required
            mono
            placeholder="invoices:read"
            value={name}
            onValue={setName}
          />
          <TextField
            label={apisText.scopeDescription}
            error={problems["/description"]}
            isOptional
            maxLength={500}
            value={description}
            onValue={setDescription}
          />
        </FieldRow>
      </Form>
    </Card>
  );
}
