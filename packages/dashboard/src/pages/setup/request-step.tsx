import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { buttonClass } from "../../parts/button.tsx";
import { CodeSample } from "../../parts/code-sample.tsx";
import { Notice } from "../../parts/notice.tsx";
import { setupText } from "../../text/setup.ts";
import { requestSamples } from "./request-samples.ts";
import styles from "./setup.module.css";

const EVERY_MS = 2_000;

/** Looks until the key has been used: the request that one sends from elsewhere shows here. */
export function RequestStep({ of: key }: { readonly of: Key }) {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ["key", key.id],
    queryFn: ({ signal }) => client.keys.get(key.id, { signal }),
    refetchInterval: ({ state }) => (state.data?.last_used_at ? false : EVERY_MS),
  });
  const isUsed = (data ?? key).last_used_at !== null;
  return (
    <div className={styles.stack}>
      <p>{setupText.requestLead}</p>
      <CodeSample label={setupText.steps.request} samples={requestSamples(key)} />
      <div role="status">
        {isUsed ? (
          <Notice tone="good">{setupText.arrived}</Notice>
        ) : (
          <p className={styles.waiting}>{setupText.waiting}</p>
        )}
      </div>
      {isUsed && (
        <Link to="/keys" className={buttonClass("primary")}>
          {setupText.next}
        </Link>
      )}
    </div>
  );
}
