import { useState } from "react";
import type { PortalKey } from "@keyward/sdk/client/operations.generated";
import { useAction } from "../api/use-action.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Form } from "../parts/form.tsx";
import { portalText } from "../text/portal.ts";
import { OwnKeyFields, restrictionsOf } from "./own-key-form.tsx";
import { useVisit } from "./visit.tsx";

interface RestrictOwnKeyDialogProps {
  readonly of: PortalKey;
  readonly onClose: () => void;
  readonly onSaved: () => Promise<void>;
}

export function RestrictOwnKeyDialog({ of: key, onClose, onSaved }: RestrictOwnKeyDialogProps) {
  const { client, session } = useVisit();
  const { ips, origins } = key.restrictions;
  const [form, setForm] = useState({
    name: key.name,
    scopes: key.scopes,
    ips: ips.join("\n"),
    origins: origins.join("\n"),
  });
  const save = useAction(async () => {
    await client.portal.keys.update(key.id, {
      name: form.name.trim(),
      scopes: form.scopes,
      restrictions: restrictionsOf(form),
    });
    await onSaved();
  });
  const known = new Set(session.scopes.map(({ name }) => name));
  // What it has and is no longer offered can be taken away, and not be given back.
  const held = key.scopes.filter((scope) => !known.has(scope) && !scope.endsWith("*"));
  return (
    <Dialog title={portalText.restrictTitle} onClose={onClose} isWide>
      <Form action={save} submit={portalText.save} busy={portalText.saving}>
        <OwnKeyFields
          form={form}
          offered={[...session.scopes, ...held.map((name) => ({ name, description: null }))]}
          problems={save.complaint?.fields ?? {}}
          onForm={(change) => setForm({ ...form, ...change })}
        />
      </Form>
    </Dialog>
  );
}
