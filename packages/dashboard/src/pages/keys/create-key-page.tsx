import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { Api, IssuedKey } from "@keyward/sdk/client/operations.generated";
import { useApis } from "../../api/apis.ts";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button, buttonClass } from "../../parts/button.tsx";
import { CodeSample } from "../../parts/code-sample.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { nowMs } from "../../runtime/clock.ts";
import { searchOf } from "../../search-params.ts";
import { useEnvironment } from "../../shell/environment.tsx";
import { createKeyText } from "../../text/create-key.ts";
import { revealText } from "../../text/reveal.ts";
import { createSamples } from "./create-samples.ts";
import { CreateKeyFields } from "./create-key-fields.tsx";
import { bodyOf, formOf, metadataOf, prefillOf, PREFILLED } from "./key-form.ts";
import { useIntent } from "./use-intent.ts";
import { useTry } from "./use-try.ts";
import styles from "./create-key-page.module.css";

const route = getRouteApi("/keys/new");

export function CreateKeyPage() {
  const apis = useApis();
  return (
    <Page
      title={createKeyText.title}
      lead={createKeyText.lead}
      crumbs={
        <Link to="/keys">
          <Icon name="left" size={14} />
          {createKeyText.back}
        </Link>
      }
    >
      <Loaded query={apis}>
        {(all) => {
          const own = all.filter(({ built_in }) => !built_in);
          return own.length === 0 ? <NoApis /> : <CreateKey apis={own} />;
        }}
      </Loaded>
    </Page>
  );
}

function NoApis() {
  return (
    <EmptyState
      icon="apis"
      title={createKeyText.noApis}
      actions={
        <Link to="/apis/new" className={buttonClass("primary")}>
          {createKeyText.createApi}
        </Link>
      }
    />
  );
}

function CreateKey({ apis }: { readonly apis: readonly Api[] }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const tryKey = useTry();
  const prefill = route.useSearch();
  const environment = useEnvironment();
  const [given, setForm] = useState(() => formOf(prefill, environment));
  const [created, setCreated] = useState<IssuedKey>();
  const form = { ...given, environment, api: given.api || (apis[0]?.prefix ?? "") };
  const intent = useIntent();
  const create = useAction(async () => {
    const { body, ...options } = intent.of(form);
    setCreated(await client.keys.create(body, options));
    await queries.invalidateQueries({ queryKey: ["keys"] });
  });
  const isMetadataWrong = form.metadata.trim() !== "" && metadataOf(form.metadata) === undefined;
  return (
    <div className={styles.columns}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isMetadataWrong) void create.run();
        }}
      >
        {PREFILLED.some((name) => prefill[name] !== undefined) && (
          <Notice tone="info">{createKeyText.prefilled}</Notice>
        )}
        <CreateKeyFields
          form={form}
          apis={apis}
          problems={create.complaint?.fields ?? {}}
          onForm={(change) => setForm({ ...form, ...change })}
        />
        <ComplaintNotice complaint={create.complaint} />
        <div>
          <Button type="submit" tone="primary" busy={create.isRunning && createKeyText.creating}>
            {createKeyText.submit}
          </Button>
        </div>
      </form>
      <aside className={styles.aside} aria-label={createKeyText.sameBy}>
        <h2>{createKeyText.sameBy}</h2>
        <CodeSample label={createKeyText.sameBy} samples={createSamples(bodyOf(form, nowMs()))} />
        <p className={styles.hint}>{createKeyText.sameHint}</p>
        <CopyButton
          text={`${location.origin}/keys/new${searchOf({ ...prefillOf(form), env: environment })}`}
          label={createKeyText.copyLink}
        />
      </aside>
      {created !== undefined && (
        <RevealDialog
          title={revealText.created}
          secret={created.secret}
          {...(tryKey === undefined ? {} : { onTry: tryKey })}
          onClose={() => {
            // Gone before the next page comes: whoever goes back meanwhile finds an empty form (T53).
            setCreated(undefined);
            void navigate({ to: "/keys/$key", params: { key: created.id } });
          }}
        />
      )}
    </div>
  );
}
