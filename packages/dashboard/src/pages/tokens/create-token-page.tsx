import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useOwnApis } from "../../api/apis.ts";
import { firstProblem } from "../../api/first-problem.ts";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { FieldRow, GroupProblem, SelectField, TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { ScopePicker } from "../../parts/scope-picker.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { tokensText } from "../../text/tokens.ts";

const KEYWARD = "keyward";
const LIFETIMES = Object.entries(tokensText.lifetimes).map(([value, label]) => ({ value, label }));
const EMPTY = { name: "", owner: "", lifetime: "2592000", scopes: [] as readonly string[] };

/** For oneself, at Keyward; or for a user of an API, by who makes their keys. */
export function CreateTokenPage() {
  const client = useClient();
  const { me, can } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const environment = useEnvironment();
  const apis = useOwnApis();
  const choices = [
    ...(me.member === null ? [] : [{ value: KEYWARD, label: tokensText.keyward }]),
    ...(can("keys:write") ? apis.map(({ prefix, name }) => ({ value: prefix, label: name })) : []),
  ];
  const [chosen, setChosen] = useState("");
  const [form, setForm] = useState(EMPTY);
  const [secret, setSecret] = useState<string>();
  const set = (change: Partial<typeof EMPTY>) => setForm({ ...form, ...change });
  const api = chosen || (choices[0]?.value ?? "");
  const isOwn = api === KEYWARD;
  const create = useAction(async () => {
    const { name, owner, lifetime, scopes } = form;
    const issued = await client.tokens.create({
      name: name.trim(),
      scopes,
      lifetime_seconds: Number(lifetime),
      ...(isOwn ? {} : { api, owner: owner.trim(), environment }),
    });
    await queries.invalidateQueries({ queryKey: ["tokens"] });
    setSecret(issued.secret);
  });
  const { data: offered = [] } = useQuery({
    queryKey: ["apis", api, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(api, { signal })).data,
    enabled: api !== "",
  });
  const problems = create.complaint?.fields ?? {};
  return (
    <Page
      narrow
      title={tokensText.createTitle}
      lead={tokensText.createLead}
      crumbs={<Crumb to="/tokens">{tokensText.back}</Crumb>}
    >
      <Card title={tokensText.basics}>
        <Form action={create} submit={tokensText.create} busy={tokensText.busy}>
          <FieldRow>
            <TextField
              label={tokensText.name}
              error={problems["/name"]}
              required
              maxLength={200}
              value={form.name}
              onValue={(name) => set({ name })}
            />
            <SelectField
              label={tokensText.lifetime}
              error={problems["/lifetime_seconds"]}
              value={form.lifetime}
              choices={LIFETIMES}
              onValue={(lifetime) => set({ lifetime })}
            />
          </FieldRow>
          <FieldRow>
            <SelectField
              label={tokensText.api}
              value={api}
              choices={choices}
              onValue={(api) => {
                setChosen(api);
                set({ scopes: [] });
              }}
            />
            {!isOwn && (
              <TextField
                label={tokensText.owner}
                hint={tokensText.ownerHint}
                error={problems["/owner"]}
                required
                maxLength={200}
                value={form.owner}
                onValue={(owner) => set({ owner })}
              />
            )}
          </FieldRow>
          <h3>{tokensText.scopes}</h3>
          <GroupProblem>{firstProblem(problems, "/scopes")}</GroupProblem>
          <ScopePicker
            key={api}
            offered={isOwn ? offered.filter(({ name }) => can(name)) : offered}
            granted={form.scopes}
            onGranted={(scopes) => set({ scopes })}
          />
        </Form>
      </Card>
      {secret !== undefined && (
        <RevealDialog
          title={tokensText.created}
          secret={secret}
          onClose={() => {
            setSecret(undefined);
            void navigate({ to: "/tokens" });
          }}
        />
      )}
    </Page>
  );
}
