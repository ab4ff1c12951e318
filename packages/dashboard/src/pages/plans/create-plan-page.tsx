import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { limitOf, NEW_LIMIT } from "../../limits/limit-form.ts";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { Form } from "../../parts/form.tsx";
import { Page } from "../../parts/page.tsx";
import { limitText, plansText } from "../../text/limits.ts";
import { PlanFields } from "./plan-fields.tsx";
import type { PlanForm } from "./plan-fields.tsx";

const EMPTY: PlanForm = { name: "", description: "", limits: [NEW_LIMIT] };

export function CreatePlanPage() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState(EMPTY);
  const create = useAction(async () => {
    const { id } = await client.plans.create({
      name: form.name.trim(),
      description: form.description.trim() || null,
      limits: form.limits.map(limitOf),
    });
    await queries.invalidateQueries({ queryKey: ["plans"] });
    await navigate({ to: "/plans/$plan", params: { plan: id } });
  });
  return (
    <Page narrow title={plansText.createTitle} crumbs={<Crumb to="/plans">{plansText.back}</Crumb>}>
      <Card title={plansText.facts} lead={limitText.lead}>
        <Form action={create} submit={plansText.create} busy={limitText.saving}>
          <PlanFields
            form={form}
            problems={create.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
          />
        </Form>
      </Card>
    </Page>
  );
}
