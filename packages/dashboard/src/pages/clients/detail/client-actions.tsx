import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { ConfirmButton } from "../../../parts/confirm-button.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { clientsText } from "../../../text/clients.ts";
import type { ClientPartProps } from "./client-page.tsx";

export function ClientActions({ of: client, onChanged }: ClientPartProps) {
  const api = useClient();
  const { can } = useSession();
  const say = useToast();
  const verb = client.status === "disabled" ? "enable" : "disable";
  const toggle = useAction(async () => {
    onChanged(await api.clients[verb](client.id));
    say(verb === "enable" ? clientsText.enabled : clientsText.disabled);
  });
  if (!can("clients:write") || client.status === "revoked") return null;
  return (
    <>
      <Button
        icon={verb === "enable" ? "play" : "pause"}
        busy={toggle.isRunning && clientsText.saving}
        onClick={() => void toggle.run()}
      >
        {clientsText[verb]}
      </Button>
      <ConfirmButton
        verb={clientsText.endTokens}
        tone="normal"
        onConfirm={async () => {
          onChanged(await api.clients.tokens.revoke(client.id));
          say(clientsText.tokensEnded);
        }}
      >
        <p>{clientsText.endTokensLead}</p>
      </ConfirmButton>
      <ConfirmButton
        verb={clientsText.revoke}
        title={clientsText.revokeTitle}
        onConfirm={async () => {
          onChanged(await api.clients.revoke(client.id));
          say(clientsText.revoked);
        }}
      >
        <p>{clientsText.revokeLead}</p>
        <p>
          {client.last_used_at === null ? (
            clientsText.neverToken
          ) : (
            <>
              {clientsText.lastToken} <Instant value={client.last_used_at} show="both" />.
            </>
          )}
        </p>
      </ConfirmButton>
      <ComplaintNotice complaint={toggle.complaint} />
    </>
  );
}
