import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { Plan } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { formOfLimit, limitOf } from "../../limits/limit-form.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { limitText, plansText } from "../../text/limits.ts";
import { PlanFields } from "./plan-fields.tsx";
import type { PlanForm } from "./plan-fields.tsx";

const route = getRouteApi("/plans/$plan");

export function PlanPage() {
  const { plan: id } = route.useParams();
  const client = useClient();
  const plan = useQuery({
    queryKey: ["plans", id],
    queryFn: ({ signal }) => client.plans.get(id, { signal }),
  });
  return (
    <Page
      narrow
      title={plan.data?.name ?? plansText.title}
      lead={plansText.lead}
      crumbs={<Crumb to="/plans">{plansText.back}</Crumb>}
    >
      <Loaded query={plan}>{(plan) => <PlanEditor key={plan.rev} of={plan} />}</Loaded>
    </Page>
  );
}

function PlanEditor({ of: plan }: { readonly of: Plan }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const say = useToast();
  const [form, setForm] = useState<PlanForm>(() => ({
    name: plan.name,
    description: plan.description ?? "",
    limits: plan.limits.map(formOfLimit),
  }));
  const save = useAction(async () => {
    const body = {
      name: form.name.trim(),
      description: form.description.trim() || null,
      limits: form.limits.map(limitOf),
    };
    await client.plans.update(plan.id, body, { ifMatch: plan.rev });
    await queries.invalidateQueries({ queryKey: ["plans"] });
    say(limitText.saved);
  });
  const mayWrite = can("plans:write");
  return (
    <>
      <Card title={plansText.facts} lead={limitText.lead}>
        <Form action={save} submit={limitText.save} busy={limitText.saving} isFixed={!mayWrite}>
          <PlanFields
            form={form}
            problems={save.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
          />
        </Form>
      </Card>
      {mayWrite && (
        <DeleteCard
          title={plansText.danger}
          lead={plansText.deleteLead}
          verb={plansText.delete}
          onDelete={async () => {
            await client.plans.delete(plan.id, { ifMatch: plan.rev });
            await queries.invalidateQueries({ queryKey: ["plans"] });
            say(plansText.deleted);
            await navigate({ to: "/plans" });
          }}
        />
      )}
    </>
  );
}
