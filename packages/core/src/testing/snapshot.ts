// For tests alone: a snapshot of a key that nothing is wrong with.
import { formatId } from "../id.ts";
import type { TokenFacts } from "../model/access-token.ts";
import { compileGrants } from "../scope/scope.ts";
import { instant } from "../time.ts";
import type { PresentedKey, PresentedToken } from "../verdict/snapshot.ts";

const CREATED_AT = instant(1_767_225_600_000);
const RANDOM = new Uint8Array(10);

/** An active secret live key of the api `acme`, without end, scopes or restrictions, except for what is given. */
export function makeSnapshot(fields: Partial<PresentedKey> = {}): PresentedKey {
  return {
    workspaceId: formatId("workspace", CREATED_AT, RANDOM),
    keyId: formatId("key", CREATED_AT, RANDOM),
    secretId: formatId("secret", CREATED_AT, RANDOM),
    apiId: formatId("api", CREATED_AT, RANDOM),
    apiPrefix: "acme",
    ownerId: formatId("owner", CREATED_AT, RANDOM),
    ownerExternalId: "customer-1",
    ownerDisabled: false,
    kind: "secret",
    environment: "live",
    state: "active",
    expiresAt: undefined,
    secretNotBefore: undefined,
    secretExpiresAt: undefined,
    grants: compileGrants([]),
    restrictions: undefined,
    limits: [],
    ownerLimits: [],
    apiLimits: [],
    metadata: {},
    token: undefined,
    rev: 1,
    ...fields,
  };
}

/** The same key by an access token that a client has in its stead. */
export function makeTokenSnapshot(
  fields: Partial<PresentedKey>,
  token: Partial<TokenFacts> = {},
): PresentedToken {
  const { secretId: _secret, ...key } = makeSnapshot(fields);
  const clientId = formatId("client", CREATED_AT, RANDOM);
  return {
    ...key,
    kind: "access_token",
    secretId: clientId,
    token: {
      id: formatId("token", CREATED_AT, RANDOM),
      clientId,
      keyId: key.keyId,
      scopes: [],
      actors: [clientId],
      confirmation: null,
      issuedAt: CREATED_AT,
      expiresAt: instant(CREATED_AT + 600_000),
      ...token,
    },
  };
}
