import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Role } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { buttonClass } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Crumb } from "../../parts/crumb.tsx";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { ScopeDiff } from "../../parts/scope-diff.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { rolesText } from "../../text/roles.ts";
import { descriptionOf, RoleFields } from "./role-fields.tsx";

const route = getRouteApi("/roles/$role");

export function RolePage() {
  const { role: id } = route.useParams();
  const client = useClient();
  const role = useQuery({
    queryKey: ["roles", id],
    queryFn: ({ signal }) => client.roles.get(id, { signal }),
  });
  return (
    <Page
      narrow
      title={role.data?.name ?? rolesText.title}
      crumbs={<Crumb to="/roles">{rolesText.back}</Crumb>}
      actions={
        <Link to="/keys" search={{ role: id }} className={buttonClass()}>
          {rolesText.showKeys}
        </Link>
      }
    >
      <Loaded query={role}>{(role) => <RoleEditor key={role.rev} of={role} />}</Loaded>
    </Page>
  );
}

function RoleEditor({ of: role }: { readonly of: Role }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const say = useToast();
  const [form, setForm] = useState({
    name: role.name,
    description: role.description ?? "",
    scopes: role.scopes,
  });
  const save = useAction(async () => {
    const body = { ...form, name: form.name.trim(), description: descriptionOf(form.description) };
    queries.setQueryData(
      ["roles", role.id],
      await client.roles.update(role.id, body, { ifMatch: role.rev }),
    );
    await queries.invalidateQueries({ queryKey: ["roles"] });
    say(rolesText.saved);
  });
  const mayWrite = can("roles:write");
  return (
    <>
      <Card title={rolesText.scopes} lead={rolesText.lead}>
        <Form action={save} submit={rolesText.save} busy={rolesText.saving} isFixed={!mayWrite}>
          <RoleFields
            api={role.api}
            form={form}
            problems={save.complaint?.fields ?? {}}
            onForm={(change) => setForm({ ...form, ...change })}
          />
          <ScopeDiff before={role.scopes} after={form.scopes} />
        </Form>
      </Card>
      {mayWrite && (
        <DeleteCard
          title={rolesText.danger}
          lead={rolesText.deleteLead}
          verb={rolesText.delete}
          onDelete={async () => {
            await client.roles.delete(role.id, { ifMatch: role.rev });
            await queries.invalidateQueries({ queryKey: ["roles"] });
            say(rolesText.deleted);
            await navigate({ to: "/roles" });
          }}
        />
      )}
    </>
  );
}
