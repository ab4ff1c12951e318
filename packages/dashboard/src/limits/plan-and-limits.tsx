import { useState } from "react";
import type { Limit } from "@keyward/sdk/client/operations.generated";
import { useAction } from "../api/use-action.ts";
import { Card } from "../parts/card.tsx";
import { SelectField } from "../parts/field.tsx";
import { Form } from "../parts/form.tsx";
import { useToast } from "../parts/toasts.tsx";
import { limitText } from "../text/limits.ts";
import { usePlans } from "../api/plans.ts";
import { formOfLimit, limitOf } from "./limit-form.ts";
import type { LimitForm } from "./limit-form.ts";
import { LimitList } from "./limit-list.tsx";
import { LimitsEditor } from "./limits-editor.tsx";
import styles from "./limits-editor.module.css";

interface PlanAndLimitsProps {
  /** Of a key or an owner. */
  readonly of: { readonly plan: string | null; readonly limits: readonly Limit[] };
  readonly isFixed: boolean;
  readonly onSave: (change: {
    readonly plan: string | null;
    readonly limits: ReturnType<typeof limitOf>[];
  }) => Promise<void>;
}

/** The plan that a key or an owner refers to, and what it sets itself in place of it. */
export function PlanAndLimits({ of, isFixed, onSave }: PlanAndLimitsProps) {
  const say = useToast();
  const [plan, setPlan] = useState(of.plan ?? "");
  const [limits, setLimits] = useState<readonly LimitForm[]>(() => of.limits.map(formOfLimit));
  const { data: plans = [] } = usePlans();
  const save = useAction(async () => {
    await onSave({ plan: plan === "" ? null : plan, limits: limits.map(limitOf) });
    say(limitText.saved);
  });
  const chosen = plans.find(({ name }) => name === plan);
  const choices = [
    { value: "", label: limitText.noPlan },
    ...plans.map(({ name }) => ({ value: name, label: name })),
  ];
  return (
    <Card title={limitText.title} lead={limitText.lead}>
      <Form action={save} submit={limitText.save} busy={limitText.saving} isFixed={isFixed}>
        <SelectField label={limitText.plan} value={plan} choices={choices} onValue={setPlan} />
        {chosen !== undefined && <LimitList limits={chosen.limits} />}
        <h3 className={styles.heading}>{limitText.own}</h3>
        <p className={styles.none}>{limitText.ownHint}</p>
        <LimitsEditor
          limits={limits}
          problems={save.complaint?.fields ?? {}}
          onLimits={setLimits}
        />
      </Form>
    </Card>
  );
}
