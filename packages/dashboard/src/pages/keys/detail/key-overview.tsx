import { Link } from "@tanstack/react-router";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { Card } from "../../../parts/card.tsx";
import { CodeSample } from "../../../parts/code-sample.tsx";
import { CopyButton } from "../../../parts/copy-button.tsx";
import { Facts } from "../../../parts/facts.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { keyText } from "../../../text/key.ts";
import { KeyUsage } from "../../../usage/key-usage.tsx";
import { keysText } from "../../../text/keys.ts";
import { scopeText } from "../../../text/scopes.ts";
import type { KeyPartProps } from "./key-page.tsx";
import { KeySecrets } from "./key-secrets.tsx";
import { restrictionLines } from "./restriction-lines.ts";
import styles from "./key-page.module.css";

export function KeyOverview(props: KeyPartProps) {
  const { of: key } = props;
  return (
    <div className={styles.columns}>
      <div>
        <KeyUsage id={key.id} />
        <KeySecrets {...props} />
        <Card title={keyText.sending} lead={keyText.sendingLead}>
          <CodeSample label={keyText.sending} samples={USE} />
        </Card>
      </div>
      <KeyFacts of={key} />
    </div>
  );
}

const USE = {
  Bearer: 'curl -H "Authorization: Bearer $KEY" https://your-api.example',
  "api-key": 'curl -H "Authorization: api-key $KEY" https://your-api.example',
  "X-API-Key": 'curl -H "X-API-Key: $KEY" https://your-api.example',
  Basic: 'curl -u "$KEY:" https://your-api.example',
};

function KeyFacts({ of: key }: { readonly of: Key }) {
  const lines = restrictionLines(key.restrictions);
  const metadata = JSON.stringify(key.metadata, null, 2);
  return (
    <Card title={keyText.facts}>
      <Facts
        of={{
          [keyText.permissions]: [
            ...key.roles.map((role) => `role ${role}`),
            scopeText.sum(key.scopes),
          ].join(" · "),
          [keyText.owner]: (
            <Link to="/owners/$owner" params={{ owner: key.owner_id }}>
              {key.owner}
            </Link>
          ),
          [keyText.api]: (
            <Link to="/apis/$api" params={{ api: key.api_id }}>
              {key.api}
            </Link>
          ),
          [keyText.type]: `${keysText.kinds[key.kind]}, ${key.environment}`,
          [keyText.lastUsed]:
            key.last_used_at === null ? keyText.neverUsed : <Instant value={key.last_used_at} />,
          [keyText.expires]:
            key.expires_at === null ? (
              keyText.never
            ) : (
              <Instant value={key.expires_at} show="both" />
            ),
          [keyText.created]: <Instant value={key.created_at} show="both" />,
          [keyText.revokedAt]:
            key.revoked_at === null ? undefined : <Instant value={key.revoked_at} show="both" />,
          [keyText.reason]: key.revoked_reason ?? undefined,
          [keyText.restrictions]:
            lines.length === 0 ? (
              keyText.everywhere
            ) : (
              <ul>
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            ),
          [keyText.metadata]:
            metadata === "{}" ? keyText.none : <code translate="no">{metadata}</code>,
          [keyText.id]: (
            <>
              <code translate="no">{key.id}</code> <CopyButton text={key.id} />
            </>
          ),
        }}
      />
    </Card>
  );
}
