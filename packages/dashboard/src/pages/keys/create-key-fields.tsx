import { useQuery } from "@tanstack/react-query";
import { isPublishable, parseScopeGrant } from "@keyward/core/scope/scope";
import type { Api } from "@keyward/sdk/client/operations.generated";
import { firstProblem } from "../../api/first-problem.ts";
import { usePlans } from "../../api/plans.ts";
import { useClient } from "../../api/session.tsx";
import { Card } from "../../parts/card.tsx";
import { FieldRow, SelectField, TextAreaField, TextField } from "../../parts/field.tsx";
import { ScopePicker } from "../../parts/scope-picker.tsx";
import { createKeyText } from "../../text/create-key.ts";
import { keysText } from "../../text/keys.ts";
import { limitText } from "../../text/limits.ts";
import { metadataOf } from "./key-form.ts";
import type { ExpiryChoice, KeyForm } from "./key-form.ts";
import cards from "../../parts/card.module.css";
import styles from "./create-key-page.module.css";

interface CreateKeyFieldsProps {
  readonly form: KeyForm;
  readonly apis: readonly Api[];
  /** By JSON pointer. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onForm: (change: Partial<KeyForm>) => void;
}

const KINDS = (["secret", "publishable"] as const).map((value) => ({
  value,
  label: keysText.kinds[value],
}));
const EXPIRIES = Object.entries(createKeyText.expiries).map(([value, label]) => ({
  value: value as ExpiryChoice,
  label,
}));

export function CreateKeyFields({ form, apis, problems, onForm }: CreateKeyFieldsProps) {
  const api = apis.find(({ prefix, id }) => prefix === form.api || id === form.api);
  return (
    <>
      <Card title={createKeyText.basics}>
        <TextField
          label={createKeyText.name}
          hint={createKeyText.nameHint}
          error={problems["/name"]}
          required
          maxLength={200}
          value={form.name}
          onValue={(name) => onForm({ name })}
        />
        <FieldRow>
          <SelectField
            label={createKeyText.api}
            error={problems["/api"]}
            value={form.api}
            choices={apis.map(({ prefix, name }) => ({ value: prefix, label: name }))}
            onValue={(api) => onForm({ api, scopes: [] })}
          />
          <TextField
            label={createKeyText.owner}
            hint={createKeyText.ownerHint}
            error={problems["/owner"]}
            required
            maxLength={200}
            value={form.owner}
            onValue={(owner) => onForm({ owner })}
          />
        </FieldRow>
        <FieldRow>
          <SelectField
            label={createKeyText.kind}
            hint={createKeyText.kindHints[form.kind]}
            value={form.kind}
            choices={KINDS}
            onValue={(kind) => onForm({ kind, scopes: [] })}
          />
          <SelectField
            label={createKeyText.expiry}
            hint={
              form.expiry === "default" && api
                ? createKeyText.expiryDefault(api.default_lifetime_seconds)
                : undefined
            }
            error={problems["/expires_at"]}
            value={form.expiry}
            choices={EXPIRIES}
            onValue={(expiry) => onForm({ expiry })}
          />
        </FieldRow>
        <PlanField form={form} onForm={onForm} problem={problems["/plan"]} />
        {form.expiry === "at" && (
          <TextField
            label={createKeyText.expiryAt}
            type="datetime-local"
            required
            value={form.expiryAt}
            onValue={(expiryAt) => onForm({ expiryAt })}
          />
        )}
      </Card>
      <Card title={createKeyText.permissions} lead={createKeyText.permissionsLead}>
        <Permissions form={form} onForm={onForm} />
      </Card>
      <MoreFields form={form} problems={problems} onForm={onForm} />
    </>
  );
}

interface PlanFieldProps extends Pick<CreateKeyFieldsProps, "form" | "onForm"> {
  readonly problem: string | undefined;
}

/** Nothing at all in a workspace that has no plans. */
function PlanField({ form, onForm, problem }: PlanFieldProps) {
  const { data: plans = [] } = usePlans();
  if (plans.length === 0) return null;
  const choices = [
    { value: "", label: limitText.noPlan },
    ...plans.map(({ name }) => ({ value: name, label: name })),
  ];
  return (
    <SelectField
      label={limitText.plan}
      error={problem}
      value={form.plan}
      choices={choices}
      onValue={(plan) => onForm({ plan })}
    />
  );
}

function Permissions({ form, onForm }: Pick<CreateKeyFieldsProps, "form" | "onForm">) {
  const scopes = useApiScopes(form.api);
  return (
    <ScopePicker
      key={`${form.api} ${form.kind}`}
      offered={scopes.data ?? []}
      granted={form.scopes}
      onGranted={(scopes) => onForm({ scopes })}
      {...(form.kind === "publishable" ? { isExcluded: isNotPublishable } : {})}
    />
  );
}

/** T36: whoever reads the page's source has the key, so it may only read. */
function isNotPublishable(scope: string): boolean {
  const grant = parseScopeGrant(scope);
  return grant === undefined || !isPublishable(grant);
}

function useApiScopes(api: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["apis", api, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(api, { signal })).data,
    enabled: api !== "",
  });
}

function MoreFields({ form, problems, onForm }: Omit<CreateKeyFieldsProps, "apis">) {
  const isWrong = form.metadata.trim() !== "" && metadataOf(form.metadata) === undefined;
  const startsOpen = form.ips + form.origins !== "";
  return (
    <details className={`${cards.card} ${styles.more}`} open={startsOpen || undefined}>
      <summary>{createKeyText.more}</summary>
      <div>
        <TextAreaField
          label={createKeyText.ips}
          hint={createKeyText.ipsHint}
          error={firstProblem(problems, "/restrictions/ips")}
          isOptional
          mono
          value={form.ips}
          onValue={(ips) => onForm({ ips })}
        />
        <TextAreaField
          label={createKeyText.origins}
          hint={createKeyText.originsHint}
          error={firstProblem(problems, "/restrictions/origins")}
          isOptional
          mono
          value={form.origins}
          onValue={(origins) => onForm({ origins })}
        />
        <TextAreaField
          label={createKeyText.routes}
          hint={createKeyText.routesHint}
          error={firstProblem(problems, "/restrictions/routes")}
          isOptional
          mono
          value={form.routes}
          onValue={(routes) => onForm({ routes })}
        />
        <TextAreaField
          label={createKeyText.metadata}
          hint={createKeyText.metadataHint}
          error={isWrong ? createKeyText.metadataInvalid : problems["/metadata"]}
          isOptional
          mono
          value={form.metadata}
          onValue={(metadata) => onForm({ metadata })}
        />
      </div>
    </details>
  );
}
