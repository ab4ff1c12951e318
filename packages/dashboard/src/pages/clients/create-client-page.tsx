import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { IssuedClient } from "@keyward/sdk/client/operations.generated";
import { useApis } from "../../api/apis.ts";
import { firstProblem } from "../../api/first-problem.ts";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { buttonClass } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { CheckGroup } from "../../parts/check-group.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { GroupProblem } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Stack } from "../../parts/stack.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { apisText } from "../../text/apis.ts";
import { clientsText } from "../../text/clients.ts";
import { ClientFields, ProofFields } from "./client-fields.tsx";
import { EMPTY_CLIENT, jwksOf, settingsOf } from "./client-form.ts";
import { ResourcesEditor } from "./resources-editor.tsx";
import { RevealClient } from "./reveal-client.tsx";

export function CreateClientPage() {
  return (
    <Page
      narrow
      title={clientsText.createTitle}
      lead={clientsText.createLead}
      crumbs={<Crumb to="/clients">{clientsText.back}</Crumb>}
    >
      <Loaded query={useApis()}>
        {(apis) => (apis.every(({ built_in }) => built_in) ? <NoApis /> : <CreateClient />)}
      </Loaded>
    </Page>
  );
}

function NoApis() {
  return (
    <EmptyState
      icon="apis"
      title={clientsText.noApis}
      actions={
        <Link to="/apis/new" className={buttonClass("primary")}>
          {apisText.create}
        </Link>
      }
    >
      {clientsText.noApisHint}
    </EmptyState>
  );
}

function CreateClient() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const environment = useEnvironment();
  const [form, setForm] = useState(EMPTY_CLIENT);
  const [hasSecret, setSecret] = useState(true);
  const [issued, setIssued] = useState<IssuedClient>();
  const open = (id: string) => navigate({ to: "/clients/$client", params: { client: id } });
  const create = useAction(async () => {
    const answer = await client.clients.create({
      ...settingsOf(form),
      environment,
      resources: form.resources,
      with_secret: hasSecret,
    });
    await queries.invalidateQueries({ queryKey: ["clients"] });
    if (answer.secret === null) await open(answer.id);
    else setIssued(answer);
  });
  const problems = create.complaint?.fields ?? {};
  const part = { form, problems, onForm: (change: object) => setForm({ ...form, ...change }) };
  const isReady = form.resources.length > 0 && jwksOf(form.jwks) !== undefined;
  return (
    <>
      <Form
        action={create}
        submit={clientsText.create}
        busy={clientsText.saving}
        isIncomplete={!isReady}
      >
        <Card title={clientsText.basics}>
          <Stack>
            <ClientFields {...part} />
          </Stack>
        </Card>
        <Card title={clientsText.access} lead={clientsText.accessLead}>
          <GroupProblem>{firstProblem(problems, "/resources")}</GroupProblem>
          <ResourcesEditor
            resources={form.resources}
            onResources={(resources) => setForm({ ...form, resources })}
          />
        </Card>
        <Card title={clientsText.proof} lead={clientsText.proofLead}>
          <Stack>
            <CheckGroup
              label={clientsText.secrets}
              choices={[{ value: "secret", label: clientsText.withSecret }]}
              chosen={hasSecret ? ["secret"] : []}
              onChosen={(chosen) => setSecret(chosen.length > 0)}
            />
            <ProofFields {...part} />
          </Stack>
        </Card>
      </Form>
      {issued !== undefined && issued.secret !== null && (
        <RevealClient
          title={clientsText.created}
          of={issued}
          secret={issued.secret}
          onClose={() => {
            setIssued(undefined);
            void open(issued.id);
          }}
        />
      )}
    </>
  );
}
