import { useState } from "react";
import { useAction } from "../api/use-action.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField } from "../parts/field.tsx";
import { Form } from "../parts/form.tsx";
import { nowMs } from "../runtime/clock.ts";
import { portalText } from "../text/portal.ts";
import { OwnKeyFields, restrictionsOf } from "./own-key-form.tsx";
import type { OwnKeyForm } from "./own-key-form.tsx";
import { useVisit } from "./visit.tsx";

const EXPIRIES = Object.entries(portalText.expiries).map(([value, label]) => ({ value, label }));
const NEVER = "never";
const EMPTY: OwnKeyForm = { name: "", scopes: [], ips: "", origins: "" };

interface CreateOwnKeyDialogProps {
  readonly onClose: () => void;
  readonly onCreated: (secret: string) => Promise<void>;
}

export function CreateOwnKeyDialog({ onClose, onCreated }: CreateOwnKeyDialogProps) {
  const { client, session } = useVisit();
  const [form, setForm] = useState(EMPTY);
  const [expiry, setExpiry] = useState("7776000");
  const create = useAction(async () => {
    const { secret } = await client.portal.keys.create({
      name: form.name.trim(),
      scopes: form.scopes,
      restrictions: restrictionsOf(form),
      expires_at: expiry === NEVER ? null : new Date(nowMs() + Number(expiry) * 1000).toISOString(),
    });
    await onCreated(secret);
  });
  return (
    <Dialog title={portalText.createTitle} onClose={onClose} isWide>
      <Form action={create} submit={portalText.create} busy={portalText.saving}>
        <OwnKeyFields
          form={form}
          offered={session.scopes}
          problems={create.complaint?.fields ?? {}}
          onForm={(change) => setForm({ ...form, ...change })}
        />
        <SelectField
          label={portalText.expiry}
          error={create.complaint?.fields["/expires_at"]}
          value={expiry}
          choices={EXPIRIES}
          onValue={setExpiry}
        />
      </Form>
    </Dialog>
  );
}
