import { Link } from "@tanstack/react-router";
import type { Client } from "@keyward/sdk/client/operations.generated";
import { useIssuer } from "../../../api/oauth.ts";
import { Card } from "../../../parts/card.tsx";
import { CodeSample } from "../../../parts/code-sample.tsx";
import { CopyButton } from "../../../parts/copy-button.tsx";
import { Facts } from "../../../parts/facts.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { Columns, Stack } from "../../../parts/stack.tsx";
import { clientsText } from "../../../text/clients.ts";
import { keyText } from "../../../text/key.ts";
import { proofsOf } from "../proofs-of.ts";
import { tokenRequest } from "../token-request.ts";
import type { ClientPartProps } from "./client-page.tsx";
import { ClientSecrets } from "./client-secrets.tsx";

export function ClientOverview(props: ClientPartProps) {
  return (
    <Columns>
      <div>
        <ClientSecrets {...props} />
        <TokenRequest of={props.of} />
      </div>
      <ClientFacts of={props.of} />
    </Columns>
  );
}

function TokenRequest({ of: client }: { readonly of: Client }) {
  const issuer = useIssuer(client.environment);
  return (
    <Card title={clientsText.using} lead={clientsText.usingLead}>
      <Loaded query={issuer} lines={3}>
        {(issuer) => (
          <Stack>
            <CodeSample
              label={clientsText.using}
              samples={{ curl: tokenRequest(issuer.token_endpoint, client) }}
            />
            <h3>{clientsText.endpoints}</h3>
            <Facts
              of={{
                [clientsText.endpointNames.token]: <code>{issuer.token_endpoint}</code>,
                [clientsText.endpointNames.introspect]: (
                  <code>{issuer.introspection_endpoint}</code>
                ),
                [clientsText.endpointNames.revoke]: <code>{issuer.revocation_endpoint}</code>,
                [clientsText.endpointNames.jwks]: <code>{issuer.jwks_uri}</code>,
              }}
            />
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function ClientFacts({ of: client }: { readonly of: Client }) {
  const { metadata, trusted_issuers } = client;
  const isDated = (instant: string | null) => instant !== null && <Instant value={instant} />;
  return (
    <Card title={clientsText.facts}>
      <Facts
        of={{
          [clientsText.id]: (
            <>
              <code translate="no">{client.id}</code> <CopyButton text={client.id} />
            </>
          ),
          [clientsText.owner]: (
            <Link to="/owners/$owner" params={{ owner: client.owner_id }}>
              {client.owner}
            </Link>
          ),
          [keyText.environment]: client.environment,
          [clientsText.access]: (
            <ul>
              {client.resources.map(({ api, api_id, scopes }) => (
                <li key={api_id}>
                  <Link to="/apis/$api" params={{ api: api_id }}>
                    {api}
                  </Link>
                  : {scopes.join(" ") || clientsText.none}
                </li>
              ))}
            </ul>
          ),
          [clientsText.grants]: client.grants
            .map((grant) => clientsText.grantNames[grant])
            .join(" · "),
          [clientsText.proof]: proofsOf(client).join(", ") || clientsText.none,
          [clientsText.tokens]: clientsText.lifetimeOf(client.token_lifetime_seconds),
          [clientsText.senderConstraint]: clientsText.senderConstraints[client.sender_constraint],
          [clientsText.tlsSubject]: client.tls_subject ?? undefined,
          [clientsText.trustedIssuers]:
            trusted_issuers.length === 0
              ? undefined
              : trusted_issuers.map(({ issuer }) => issuer).join(", "),
          [clientsText.columns.lastUsed]: isDated(client.last_used_at) || clientsText.neverUsed,
          [clientsText.tokensRevoked]: isDated(client.tokens_revoked_at) || undefined,
          [clientsText.columns.created]: <Instant value={client.created_at} show="both" />,
          [clientsText.revokedAt]: isDated(client.revoked_at) || undefined,
          [clientsText.reason]: client.revoked_reason ?? undefined,
          [clientsText.metadata]:
            Object.keys(metadata).length === 0 ? undefined : (
              <code translate="no">{JSON.stringify(metadata, null, 2)}</code>
            ),
        }}
      />
    </Card>
  );
}
