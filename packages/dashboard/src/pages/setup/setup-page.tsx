import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useApis } from "../../api/apis.ts";
import { useClient } from "../../api/session.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { setupText } from "../../text/setup.ts";
import { ApiStep } from "./api-step.tsx";
import { KeyStep } from "./key-step.tsx";
import { RequestStep } from "./request-step.tsx";
import { VerifierStep } from "./verifier-step.tsx";
import styles from "./setup.module.css";

const { steps } = setupText;

/** How far one has come is read from what there is, so that leaving and coming back loses nothing. */
export function SetupPage() {
  const apis = useApis();
  return (
    <Page narrow title={setupText.title} lead={setupText.lead}>
      <Loaded query={apis}>
        {(all) => {
          const api = all.findLast(({ built_in }) => !built_in);
          return (
            <ol className={styles.steps}>
              <Step title={steps.api} isDone={api !== undefined}>
                {api === undefined ? <ApiStep /> : <p>{api.name}</p>}
              </Step>
              <RestOfSteps api={api?.prefix} />
            </ol>
          );
        }}
      </Loaded>
    </Page>
  );
}

function RestOfSteps({ api }: { readonly api: string | undefined }) {
  const key = useNewestKey(api);
  const verifier = useNewestKey(api === undefined ? undefined : "keyward", "keys:verify");
  return (
    <>
      <Step title={steps.key} isDone={key !== undefined}>
        {api !== undefined && key === undefined && <KeyStep api={api} />}
        {key !== undefined && <p>{setupText.keyDone(key.name, key.hint)}</p>}
      </Step>
      <Step title={steps.verifier} isDone={verifier !== undefined}>
        {key !== undefined && verifier === undefined && <VerifierStep of={key} />}
        {verifier !== undefined && <p>{setupText.verifierDone}</p>}
      </Step>
      <Step title={steps.request} isDone={(key?.last_used_at ?? null) !== null}>
        {key !== undefined && verifier !== undefined && <RequestStep of={key} />}
      </Step>
    </>
  );
}

const KEYS_MAX = 50;

function useNewestKey(api: string | undefined, scope?: string) {
  const client = useClient();
  const environment = useEnvironment();
  const body = { api, limit: KEYS_MAX, status: "active" } as const;
  const asked = scope === undefined ? { ...body, environment } : body;
  const { data } = useQuery({
    queryKey: ["keys", asked],
    queryFn: ({ signal }) => client.keys.search(asked, { signal }),
    enabled: api !== undefined,
  });
  return data?.data.find(({ scopes }) => scope === undefined || scopes.includes(scope));
}

interface StepProps {
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ title, isDone, children }: StepProps) {
  return (
    <li className={styles.step} data-done={isDone}>
      <h2>
        <span className={styles.mark}>{isDone && <Icon name="check" />}</span>
        {title}
        {isDone && <span className="visually-hidden">: {setupText.done}</span>}
      </h2>
      <div className={styles.body}>{children}</div>
    </li>
  );
}
