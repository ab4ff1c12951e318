import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Api } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { buttonClass } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Columns } from "../../parts/stack.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { apisText } from "../../text/apis.ts";
import { ApiFields } from "./api-fields.tsx";
import { daysOf, lifetimeOf } from "./api-form.ts";
import { ApiScopes } from "./api-scopes.tsx";

const route = getRouteApi("/apis/$api");

export function ApiPage() {
  const { api: id } = route.useParams();
  const client = useClient();
  const api = useQuery({
    queryKey: ["apis", id],
    queryFn: ({ signal }) => client.apis.get(id, { signal }),
  });
  const { data } = api;
  return (
    <Page
      title={data?.name ?? apisText.title}
      crumbs={<Crumb to="/apis">{apisText.back}</Crumb>}
      lead={data && <code>{data.audience}</code>}
      actions={
        data && (
          <>
            <Link to="/keys" search={{ api: data.prefix }} className={buttonClass()}>
              {apisText.showKeys}
            </Link>
            {!data.built_in && (
              <Link to="/keys/new" search={{ api: data.prefix }} className={buttonClass("primary")}>
                {apisText.createKey}
              </Link>
            )}
          </>
        )
      }
    >
      <Loaded query={api}>{(api) => <ApiParts of={api} />}</Loaded>
    </Page>
  );
}

function ApiParts({ of: api }: { readonly of: Api }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const say = useToast();
  const [form, setForm] = useState(() => ({
    ...api,
    scopes: "",
    lifetimeDays: daysOf(api.default_lifetime_seconds),
    leakReaction: api.leak_reaction,
  }));
  const mayWrite = can("apis:write") && !api.built_in;
  const save = useAction(async () => {
    await client.apis.update(
      api.id,
      {
        name: form.name.trim(),
        audience: form.audience.trim(),
        default_lifetime_seconds: lifetimeOf(form.lifetimeDays),
        leak_reaction: form.leakReaction,
      },
      { ifMatch: api.rev },
    );
    await queries.invalidateQueries({ queryKey: ["apis"] });
    say(apisText.saved);
  });
  return (
    <Columns>
      <ApiScopes of={api} mayWrite={mayWrite} />
      <div>
        <Card title={apisText.settings}>
          <Form action={save} submit={apisText.save} busy={apisText.saving} isFixed={!mayWrite}>
            <ApiFields
              form={form}
              problems={save.complaint?.fields ?? {}}
              onForm={(change) => setForm({ ...form, ...change })}
            />
          </Form>
        </Card>
        {mayWrite && (
          <DeleteCard
            title={apisText.danger}
            lead={apisText.deleteLead}
            verb={apisText.delete}
            onDelete={async () => {
              await client.apis.delete(api.id, { ifMatch: api.rev });
              await queries.invalidateQueries({ queryKey: ["apis"] });
              say(apisText.deleted);
              await navigate({ to: "/apis" });
            }}
          />
        )}
      </div>
    </Columns>
  );
}
