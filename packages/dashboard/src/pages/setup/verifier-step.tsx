import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Form } from "../../parts/form.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { revealText } from "../../text/reveal.ts";
import { setupText } from "../../text/setup.ts";
import styles from "./setup.module.css";

/** A key that can verify and nothing else: what leaks from the protected API opens nothing here. */
export function VerifierStep({ of: { api_id, environment } }: { readonly of: Key }) {
  const client = useClient();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const create = useAction(async () => {
    const { secret } = await client.keys.create({
      api: "keyward",
      name: "Verifier",
      owner: "my-api",
      // By asking for each request, or by following the feed in its own process.
      scopes: ["keys:verify", `feed:${api_id}:${environment}`],
      expires_at: null,
    });
    setSecret(secret);
  });
  return (
    <div className={styles.stack}>
      <p>{setupText.verifierLead}</p>
      <Form action={create} submit={setupText.createVerifier} busy={setupText.busy}>
        {null}
      </Form>
      {secret !== undefined && (
        <RevealDialog
          title={revealText.created}
          secret={secret}
          onClose={() => {
            setSecret(undefined);
            void queries.invalidateQueries({ queryKey: ["keys"] });
          }}
        />
      )}
    </div>
  );
}
