import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { Policy } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { policiesText } from "../../text/policies.ts";
import { isRunning, PolicyApplication } from "./policy-application.tsx";
import { PolicyRules } from "./policy-fields.tsx";
import { formOfPolicy, rulesOf } from "./policy-form.ts";
import { subjectOf } from "./policy-sentence.ts";

const route = getRouteApi("/policies/$policy");
const WHILE_RUNNING_MS = 1_000;

export function PolicyPage() {
  const { policy: id } = route.useParams();
  const client = useClient();
  const policy = useQuery({
    queryKey: ["policies", id],
    queryFn: ({ signal }) => client.policies.get(id, { signal }),
    refetchInterval: ({ state }) => (isRunning(state.data) ? WHILE_RUNNING_MS : false),
  });
  return (
    <Page
      title={policy.data?.name ?? policiesText.title}
      lead={policy.data && subjectOf(policy.data)}
      crumbs={<Crumb to="/policies">{policiesText.back}</Crumb>}
    >
      <Loaded query={policy}>
        {(policy) => (
          <>
            <PolicyEditor key={`${policy.id} ${policy.updated_at}`} of={policy} />
            <PolicyApplication of={policy} />
            <DeletePolicy of={policy} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function PolicyEditor({ of: policy }: { readonly of: Policy }) {
  const client = useClient();
  const queries = useQueryClient();
  const { can } = useSession();
  const say = useToast();
  const [form, setForm] = useState(() => formOfPolicy(policy));
  const save = useAction(async () => {
    await client.policies.update(policy.id, rulesOf(form), { ifMatch: policy.rev });
    await queries.invalidateQueries({ queryKey: ["policies"] });
    say(policiesText.saved);
  });
  const fields = {
    form,
    problems: save.complaint?.fields ?? {},
    onForm: (change: Partial<typeof form>) => setForm({ ...form, ...change }),
  };
  return (
    <Card title={policiesText.rules} lead={policiesText.createLead}>
      <Form
        action={save}
        submit={policiesText.save}
        busy={policiesText.saving}
        isFixed={!can("policies:write")}
      >
        <TextField
          label={policiesText.name}
          error={fields.problems["/name"]}
          required
          maxLength={200}
          value={form.name}
          onValue={(name) => fields.onForm({ name })}
        />
        <PolicyRules {...fields} />
      </Form>
    </Card>
  );
}

function DeletePolicy({ of: policy }: { readonly of: Policy }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const say = useToast();
  if (!can("policies:write")) return null;
  return (
    <DeleteCard
      title={policiesText.danger}
      lead={policiesText.deleteLead}
      verb={policiesText.delete}
      onDelete={async () => {
        await client.policies.delete(policy.id, { ifMatch: policy.rev });
        await queries.invalidateQueries({ queryKey: ["policies"] });
        say(policiesText.deleted);
        await navigate({ to: "/policies" });
      }}
    />
  );
}
