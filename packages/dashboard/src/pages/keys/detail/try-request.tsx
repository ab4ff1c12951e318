import { useState } from "react";
import type { Verdict } from "@keyward/sdk/client";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Badge } from "../../../parts/badge.tsx";
import { Button } from "../../../parts/button.tsx";
import { Card } from "../../../parts/card.tsx";
import { FieldRow, SelectField, TextField } from "../../../parts/field.tsx";
import { ComplaintNotice, Notice } from "../../../parts/notice.tsx";
import { tryText } from "../../../text/key.ts";
import styles from "./key-page.module.css";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"].map((value) => ({ value, label: value }));
const EMPTY = { credential: "", method: "GET", path: "/", ip: "", origin: "", scopes: "" };

/** The decision itself, explained: each check with what it compared. */
export function TryRequest({ of: key }: { readonly of: Key }) {
  const client = useClient();
  const [form, setForm] = useState(EMPTY);
  const [verdict, setVerdict] = useState<Verdict>();
  const set = (change: Partial<typeof EMPTY>) => setForm({ ...form, ...change });
  const explain = useAction(async () => {
    setVerdict(undefined);
    const { credential, method, path, ip, origin } = form;
    const scopes = form.scopes.split(/\s+/).filter((scope) => scope !== "");
    const context = {
      method,
      path,
      ...(ip === "" ? {} : { ip }),
      ...(origin === "" ? {} : { origin }),
    };
    setVerdict(
      await client.verify({
        credential: credential.trim(),
        api: key.api,
        environment: key.environment,
        ...(scopes.length > 0 ? { scopes } : {}),
        context,
        dry_run: true,
      }),
    );
  });
  return (
    <div className={styles.columns}>
      <Card title={tryText.title} lead={tryText.lead}>
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            void explain.run();
          }}
        >
          <TextField
            label={tryText.credential}
            hint={tryText.credentialHint}
            required
            mono
            translate="no"
            data-1p-ignore
            data-lpignore="true"
            value={form.credential}
            onValue={(credential) => set({ credential })}
          />
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
          <ComplaintNotice complaint={explain.complaint} />
          <Button type="submit" tone="primary" icon="play" busy={explain.isRunning && tryText.busy}>
            {tryText.submit}
          </Button>
        </form>
      </Card>
      <div role="status">{verdict && <Explained verdict={verdict} of={key} />}</div>
    </div>
  );
}

function Explained({ verdict, of: key }: { readonly verdict: Verdict; readonly of: Key }) {
  const { outcome, code, status, detail, principal, trace = [] } = verdict;
  const isAllowed = outcome === "allowed";
  return (
    <Card title={isAllowed ? tryText.allowed : tryText.denied(code, status)}>
      <div className={styles.stack}>
        <Notice tone={isAllowed ? "good" : "bad"}>{detail}</Notice>
        {principal !== undefined && principal.key_id !== key.id && (
          <Notice tone="warn">
            {tryText.other} <code>{principal.key_id}</code>
          </Notice>
        )}
        <ol className={styles.trace} aria-label={tryText.trace}>
          {trace.map(({ check, passed, detail }) => (
            <li key={check}>
              <Badge tone={passed ? "good" : "bad"} icon={passed ? "check" : "cross"}>
                {passed ? tryText.passed : tryText.failed}
              </Badge>
              <code>{check}</code>
              <span>{detail}</span>
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}
