import { useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { firstProblem } from "../../../api/first-problem.ts";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { Card } from "../../../parts/card.tsx";
import { FieldRow, TextAreaField, TextField } from "../../../parts/field.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { createKeyText } from "../../../text/create-key.ts";
import { keyText } from "../../../text/key.ts";
import { linesOf, metadataOf, routesOf } from "../key-form.ts";
import type { KeyEditorProps } from "./key-page.tsx";
import styles from "./key-page.module.css";

export function KeySettings({ of: key, onSave }: KeyEditorProps) {
  const { can } = useSession();
  const say = useToast();
  const [form, setForm] = useState(() => formOf(key));
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const isMetadataWrong = form.metadata.trim() !== "" && metadataOf(form.metadata) === undefined;
  const save = useAction(async () => {
    await onSave(changeOf(key, form));
    say(keyText.saved);
  });
  const problems = save.complaint?.fields ?? {};
  const isFixed = !can("keys:write") || key.status === "revoked";
  return (
    <>
      <Card title={keyText.settings}>
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            if (!isMetadataWrong) void save.run();
          }}
        >
          <fieldset disabled={isFixed} className={styles.fieldset}>
            <TextField
              label={keyText.name}
              error={problems["/name"]}
              required
              maxLength={200}
              value={form.name}
              onValue={(name) => set({ name })}
            />
            <FieldRow>
              <TextField
                label={keyText.owner}
                error={problems["/owner"]}
                required
                maxLength={200}
                value={form.owner}
                onValue={(owner) => set({ owner })}
              />
              <TextField
                label={keyText.expiry}
                hint={keyText.expiryHint}
                error={problems["/expires_at"]}
                type="datetime-local"
                value={form.expiresAt}
                onValue={(expiresAt) => set({ expiresAt })}
              />
            </FieldRow>
            <TextAreaField
              label={createKeyText.ips}
              hint={createKeyText.ipsHint}
              error={firstProblem(problems, "/restrictions/ips")}
              isOptional
              mono
              value={form.ips}
              onValue={(ips) => set({ ips })}
            />
            <TextAreaField
              label={createKeyText.origins}
              hint={createKeyText.originsHint}
              error={firstProblem(problems, "/restrictions/origins")}
              isOptional
              mono
              value={form.origins}
              onValue={(origins) => set({ origins })}
            />
            <TextAreaField
              label={createKeyText.routes}
              hint={createKeyText.routesHint}
              error={firstProblem(problems, "/restrictions/routes")}
              isOptional
              mono
              value={form.routes}
              onValue={(routes) => set({ routes })}
            />
            <TextAreaField
              label={createKeyText.metadata}
              hint={createKeyText.metadataHint}
              error={isMetadataWrong ? createKeyText.metadataInvalid : problems["/metadata"]}
              isOptional
              mono
              rows={5}
              value={form.metadata}
              onValue={(metadata) => set({ metadata })}
            />
          </fieldset>
          <ComplaintNotice complaint={save.complaint} />
          {!isFixed && (
            <Button type="submit" tone="primary" busy={save.isRunning && keyText.saving}>
              {keyText.save}
            </Button>
          )}
        </form>
      </Card>
      {key.status === "revoked" && can("keys:write") && <DeleteCard of={key} />}
    </>
  );
}

function DeleteCard({ of: key }: { readonly of: Key }) {
  const client = useClient();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const say = useToast();
  const remove = useAction(async () => {
    await client.keys.delete(key.id);
    await queries.invalidateQueries({ queryKey: ["keys"] });
    say(keyText.deleted);
    await navigate({ to: "/keys" });
  });
  return (
    <Card title={keyText.danger} lead={keyText.deleteLead}>
      <div className={styles.stack}>
        <ComplaintNotice complaint={remove.complaint} />
        <Button
          tone="danger"
          busy={remove.isRunning && keyText.saving}
          onClick={() => void remove.run()}
        >
          {keyText.delete}
        </Button>
      </div>
    </Card>
  );
}

interface SettingsForm {
  readonly name: string;
  readonly owner: string;
  readonly expiresAt: string;
  readonly ips: string;
  readonly origins: string;
  readonly routes: string;
  readonly metadata: string;
}

function formOf({ name, owner, expires_at, restrictions, metadata }: Key): SettingsForm {
  const routes = restrictions?.routes ?? [];
  return {
    name,
    owner,
    expiresAt: expires_at === null ? "" : localTime(expires_at),
    ips: (restrictions?.ips ?? []).join("\n"),
    origins: (restrictions?.origins ?? []).join("\n"),
    routes: routes
      .map(({ methods, path }) => (methods ? `${methods.join(",")} ${path}` : path))
      .join("\n"),
    metadata: Object.keys(metadata).length === 0 ? "" : JSON.stringify(metadata, null, 2),
  };
}

/** Only what was changed is sent: an expiry, say, must not lose its seconds to a field that has none. */
function changeOf(key: Key, form: SettingsForm) {
  const before = formOf(key);
  const isMoved = (["ips", "origins", "routes"] as const).some(
    (name) => form[name] !== before[name],
  );
  return {
    ...(form.name === before.name ? {} : { name: form.name.trim() }),
    ...(form.owner === before.owner ? {} : { owner: form.owner.trim() }),
    ...(form.expiresAt === before.expiresAt
      ? {}
      : { expires_at: form.expiresAt === "" ? null : new Date(form.expiresAt).toISOString() }),
    ...(isMoved ? { restrictions: restrictionsOf(key, form) } : {}),
    ...(form.metadata === before.metadata ? {} : { metadata: metadataOf(form.metadata) ?? {} }),
  };
}

/** The kinds of restriction that this form does not show stay as they are. */
function restrictionsOf({ restrictions }: Key, { ips, origins, routes }: SettingsForm) {
  const { ips: _ips, origins: _origins, routes: _routes, ...others } = restrictions ?? {};
  const next = {
    ...others,
    ...(linesOf(ips).length > 0 ? { ips: linesOf(ips) } : {}),
    ...(linesOf(origins).length > 0 ? { origins: linesOf(origins) } : {}),
    ...(routesOf(routes).length > 0 ? { routes: routesOf(routes) } : {}),
  };
  return Object.keys(next).length === 0 ? null : next;
}

/** As a `datetime-local` field has it: the visitor's own time, without a zone. */
function localTime(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
