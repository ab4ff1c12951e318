import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Owner } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { PlanAndLimits } from "../../limits/plan-and-limits.tsx";
import { Button, buttonClass } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Columns } from "../../parts/stack.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { keysText } from "../../text/keys.ts";
import { ownersText } from "../../text/owners.ts";
import { KEY_COLUMNS } from "../keys/key-columns.tsx";
import { OwnerFields } from "./owner-fields.tsx";

const route = getRouteApi("/owners/$owner");
const KEYS_MAX = 100;
const { columns } = keysText;
const SHOWN = new Set<string>([columns.name, columns.status, columns.lastUsed]);
const COLUMNS = KEY_COLUMNS.filter(({ header }) => SHOWN.has(header));

export function OwnerPage() {
  const { owner: id } = route.useParams();
  const client = useClient();
  const owner = useQuery({
    queryKey: ["owner", id],
    queryFn: ({ signal }) => client.owners.get(id, { signal }),
  });
  const { data } = owner;
  return (
    <Page
      title={data?.name ?? data?.external_id ?? ownersText.title}
      crumbs={<Crumb to="/owners">{ownersText.back}</Crumb>}
      lead={data && <StateBadge state={data.status} />}
      actions={data && <OwnerActions of={data} />}
    >
      <Loaded query={owner}>{(owner) => <OwnerParts key={owner.rev} of={owner} />}</Loaded>
    </Page>
  );
}

function useOwnerChanged() {
  const queries = useQueryClient();
  return (owner: Owner) => {
    queries.setQueryData(["owner", owner.id], owner);
    void queries.invalidateQueries({ queryKey: ["owners"] });
    void queries.invalidateQueries({ queryKey: ["keys"] });
  };
}

function OwnerActions({ of: owner }: { readonly of: Owner }) {
  const client = useClient();
  const { can } = useSession();
  const say = useToast();
  const onChanged = useOwnerChanged();
  const enable = useAction(async () => {
    onChanged(await client.owners.enable(owner.id));
    say(ownersText.enabled);
  });
  if (!can("owners:write")) return null;
  return (
    <>
      <Link to="/keys/new" search={{ owner: owner.external_id }} className={buttonClass()}>
        {ownersText.createKey}
      </Link>
      {owner.status === "disabled" ? (
        <Button
          icon="play"
          busy={enable.isRunning && ownersText.saving}
          onClick={() => void enable.run()}
        >
          {ownersText.enable}
        </Button>
      ) : (
        <ConfirmButton
          verb={ownersText.disable}
          title={ownersText.disableTitle}
          tone="normal"
          onConfirm={async () => {
            onChanged(await client.owners.disable(owner.id));
            say(ownersText.disabled);
          }}
        >
          <p>{ownersText.disableLead}</p>
        </ConfirmButton>
      )}
      <ComplaintNotice complaint={enable.complaint} />
    </>
  );
}

function OwnerParts({ of: owner }: { readonly of: Owner }) {
  const client = useClient();
  const { can } = useSession();
  const navigate = useNavigate();
  const say = useToast();
  const onChanged = useOwnerChanged();
  const [form, setForm] = useState({ name: owner.name ?? "", type: owner.type });
  const save = useAction(async () => {
    const body = { name: form.name.trim() || null, type: form.type };
    onChanged(await client.owners.update(owner.id, body, { ifMatch: owner.rev }));
    say(ownersText.saved);
  });
  return (
    <Columns>
      <div>
        <OwnerKeys of={owner} />
        <PlanAndLimits
          of={owner}
          isFixed={!can("owners:write")}
          onSave={async (change) =>
            onChanged(await client.owners.update(owner.id, change, { ifMatch: owner.rev }))
          }
        />
        {can("owners:write") && (
          <DeleteCard
            title={ownersText.delete}
            lead={ownersText.deleteLead}
            verb={ownersText.delete}
            onDelete={async () => {
              await client.owners.delete(owner.id, { ifMatch: owner.rev });
              say(ownersText.deleted);
              await navigate({ to: "/owners" });
            }}
          />
        )}
      </div>
      <div>
        <Card title={ownersText.facts}>
          <Form
            action={save}
            submit={ownersText.save}
            busy={ownersText.saving}
            isFixed={!can("owners:write")}
          >
            <OwnerFields
              form={form}
              problems={save.complaint?.fields ?? {}}
              onForm={(change) => setForm({ ...form, ...change })}
              externalId={owner.external_id}
            />
          </Form>
        </Card>
        <Card title={ownersText.metadata}>
          <Facts
            of={{
              [ownersText.id]: <code translate="no">{owner.id}</code>,
              [ownersText.created]: <Instant value={owner.created_at} show="both" />,
              [ownersText.metadata]: (
                <code translate="no">{JSON.stringify(owner.metadata, null, 2)}</code>
              ),
            }}
          />
        </Card>
      </div>
    </Columns>
  );
}

function OwnerKeys({ of: owner }: { readonly of: Owner }) {
  const client = useClient();
  const environment = useEnvironment();
  const body = { owner: owner.id, environment, limit: KEYS_MAX };
  const keys = useQuery({
    queryKey: ["keys", body],
    queryFn: ({ signal }) => client.keys.search(body, { signal }),
  });
  return (
    <Card title={ownersText.keys} flush>
      <Loaded query={keys}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon="keys" title={ownersText.noKeys} />
          ) : (
            <DataTable
              caption={ownersText.keys}
              columns={COLUMNS}
              rows={data}
              idOf={({ id }) => id}
              nameOf={({ name }) => name}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
