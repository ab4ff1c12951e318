import type { Client } from "@keyward/sdk/client/operations.generated";
import { askForToken, useIssuer } from "../../api/oauth.ts";
import type { IssuerMetadata } from "../../api/oauth.ts";
import { complaintOf } from "../../api/problems.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { clientsText } from "../../text/clients.ts";
import { tokenRequest } from "./token-request.ts";

interface RevealClientProps {
  readonly title: string;
  readonly of: Client;
  readonly secret: string;
  readonly onClose: () => void;
}

/** A client's secret, this once, with its id; and whether Keyward issues a token for the two. */
export function RevealClient({ title, of: client, secret, onClose }: RevealClientProps) {
  const { data: issuer } = useIssuer(client.environment);
  const curl = issuer && tokenRequest(issuer.token_endpoint, client, secret);
  return (
    <RevealDialog
      title={title}
      kind="client"
      secret={secret}
      forms={{
        env: `CLIENT_ID=${client.id}\nCLIENT_SECRET=${secret}\n`,
        ...(curl === undefined ? {} : { curl }),
      }}
      {...(issuer === undefined ? {} : { onTry: () => tried(issuer, client, secret) })}
      onClose={onClose}
    >
      <p>
        {clientsText.createdLead} <code translate="no">{client.id}</code>{" "}
        <CopyButton text={client.id} />
      </p>
    </RevealDialog>
  );
}

async function tried(issuer: IssuerMetadata, client: Client, secret: string): Promise<string> {
  const started = performance.now();
  try {
    const resource = client.resources[0]?.audience ?? "";
    const answer = await askForToken(issuer, { id: client.id, secret, resource });
    const tookMs = Math.round(performance.now() - started);
    return answer.kind === "issued"
      ? clientsText.tested(answer.seconds, answer.scope, tookMs)
      : clientsText.refused(answer.code);
  } catch (error) {
    return complaintOf(error).detail;
  }
}
