import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { instant } from "@keyward/core/time";
import { explain } from "@keyward/core/verdict/explain";
import type { TraceStep } from "@keyward/core/verdict/explain";
import type { Verdict } from "@keyward/core/verdict/verdict";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { Card } from "../../../parts/card.tsx";
import { FieldRow, SelectField, TextField } from "../../../parts/field.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { Columns } from "../../../parts/stack.tsx";
import { nowMs } from "../../../runtime/clock.ts";
import { tryText } from "../../../text/key.ts";
import { ExplainedVerdict } from "./explained-verdict.tsx";
import { snapshotOf } from "./snapshot-of.ts";
import type { SnapshotParts } from "./snapshot-of.ts";

const ROLES_MAX = 250;

/** What the decision says of a request, as one types it: the same function as in every verifier, on what is shown here. */
export function TryRequest({ of: key }: { readonly of: Key }) {
  const client = useClient();
  const { me } = useSession();
  const parts = useQuery({
    queryKey: ["try", key.id, key.rev],
    queryFn: async ({ signal }) => {
      const [owner, roles] = await Promise.all([
        client.owners.get(key.owner_id, { signal }),
        client.roles.list({ api: key.api, limit: ROLES_MAX }, { signal }),
      ]);
      return { owner, roles: roles.data };
    },
  });
  return (
    <Loaded query={parts}>
      {(parts) => <Simulator {...parts} of={key} workspaceId={me.workspace.id} />}
    </Loaded>
  );
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"].map((value) => ({ value, label: value }));

interface SimulatorProps extends Omit<SnapshotParts, "key" | "secret"> {
  readonly of: Key;
}

interface RequestForm {
  readonly secret: string;
  readonly method: string;
  readonly path: string;
  readonly ip: string;
  readonly origin: string;
  readonly scopes: string;
}

function Simulator({ of: key, ...parts }: SimulatorProps) {
  const [form, setForm] = useState<RequestForm>({
    secret: key.secrets[0]?.id ?? "",
    method: "GET",
    path: "/",
    ip: "",
    origin: "",
    scopes: "",
  });
  const set = (change: Partial<RequestForm>) => setForm({ ...form, ...change });
  const { verdict, trace } = explained(key, parts, form);
  return (
    <Columns>
      <Card title={tryText.title} lead={tryText.lead}>
        <FieldRow>
          <SelectField
            label={tryText.method}
            value={form.method}
            choices={METHODS}
            onValue={(method) => set({ method })}
          />
          <TextField
            label={tryText.path}
            mono
            value={form.path}
            onValue={(path) => set({ path })}
          />
        </FieldRow>
        <TextField
          label={tryText.scopes}
          hint={tryText.scopesHint}
          isOptional
          mono
          value={form.scopes}
          onValue={(scopes) => set({ scopes })}
        />
        <FieldRow>
          <TextField
            label={tryText.ip}
            isOptional
            mono
            placeholder="203.0.113.7"
            value={form.ip}
            onValue={(ip) => set({ ip })}
          />
          <TextField
            label={tryText.origin}
            hint={tryText.originHint}
            isOptional
            mono
            value={form.origin}
            onValue={(origin) => set({ origin })}
          />
        </FieldRow>
        {key.secrets.length > 1 && (
          <SelectField
            label={tryText.secret}
            value={form.secret}
            choices={key.secrets.map(({ id, hint }) => ({ value: id, label: `…${hint}` }))}
            onValue={(secret) => set({ secret })}
          />
        )}
      </Card>
      <ExplainedVerdict verdict={verdict} trace={trace} />
    </Columns>
  );
}

function explained(
  key: Key,
  parts: Omit<SimulatorProps, "of">,
  form: RequestForm,
): { readonly verdict: Verdict | undefined; readonly trace: readonly TraceStep[] } {
  const secret = key.secrets.find(({ id }) => id === form.secret);
  if (secret === undefined) return { verdict: undefined, trace: [] };
  const { method, path, ip, origin } = form;
  const scopes = form.scopes.split(/\s+/).filter((scope) => scope !== "");
  const request = {
    api: key.api,
    environment: key.environment,
    ...(scopes.length > 0 ? { scopes: { all: scopes } } : {}),
    context: {
      method,
      path,
      ...(ip === "" ? {} : { ip }),
      ...(origin === "" ? {} : { origin }),
    },
  };
  return explain(snapshotOf({ ...parts, key, secret }), request, instant(nowMs()));
}
