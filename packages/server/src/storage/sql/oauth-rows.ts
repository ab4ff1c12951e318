// Clients, signing keys and access tokens: rows into records and back.
import { strict as assert } from "node:assert";
import type { TokenFacts } from "@keyward/core/model/access-token";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Limit } from "@keyward/core/limit/limit";
import { CLIENT_GRANTS } from "@keyward/core/model/client";
import type { Client, ClientResource, PublicJwk, TrustedIssuer } from "@keyward/core/model/client";
import type { KeySecret } from "@keyward/core/model/records";
import type { SigningKey } from "@keyward/core/model/signing-key";
import {
  digestFromBytes,
  digestFromHex,
  digestToBytes,
  digestToHex,
} from "@keyward/core/key/digest";
import { parseScope } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";
import { TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import { arrayFromText, boolean, id, instantOrNull, objectFromText, oneOf } from "./row-values.ts";
import type { AccessTokensTable, ClientsTable, SigningKeysTable } from "./schema.ts";

const ENVIRONMENTS = ["live", "test"] as const;
const STATES = ["active", "disabled", "revoked"] as const;
const PROFILES = ["standard", "fapi2"] as const;
const CONSTRAINTS = ["none", "dpop", "mtls"] as const;

export function clientFromRow(row: ClientsTable): Client {
  return {
    id: id("client", row.id),
    workspaceId: id("workspace", row.workspace_id),
    ownerId: id("owner", row.owner_id),
    name: row.name,
    environment: oneOf(ENVIRONMENTS, row.environment),
    state: oneOf(STATES, row.state),
    grants: textsFromText(row.grants).map((grant) => oneOf(CLIENT_GRANTS, grant)),
    resources: JSON.parse(row.resources) as readonly ClientResource[],
    secrets: secretsFromText(row.secrets),
    jwks: JSON.parse(row.jwks) as readonly PublicJwk[],
    jwksUri: row.jwks_uri,
    tlsSubject: row.tls_subject,
    trustedIssuers: JSON.parse(row.trusted_issuers) as readonly TrustedIssuer[],
    profile: oneOf(PROFILES, row.profile),
    senderConstraint: oneOf(CONSTRAINTS, row.sender_constraint),
    legacyAssertionAudience: boolean(row.legacy_assertion_audience),
    tokenLifetimeSeconds: row.token_lifetime_seconds,
    planId: row.plan_id === null ? null : id("plan", row.plan_id),
    limits: arrayFromText(row.limits) as unknown as readonly Limit[],
    metadata: objectFromText(row.metadata),
    revokedBefore: instantOrNull(row.revoked_before),
    revokedAt: instantOrNull(row.revoked_at),
    revokedReason: row.revoked_reason,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function clientToRow(value: Client, rev: number): ClientsTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    owner_id: value.ownerId,
    name: value.name,
    environment: value.environment,
    state: value.state,
    grants: JSON.stringify(value.grants),
    resources: JSON.stringify(value.resources),
    api_ids: spaced(value.resources.map(({ apiId }) => apiId)),
    secrets: JSON.stringify(secretsForText(value.secrets)),
    jwks: JSON.stringify(value.jwks),
    jwks_uri: value.jwksUri,
    tls_subject: value.tlsSubject,
    trusted_issuers: JSON.stringify(value.trustedIssuers),
    profile: value.profile,
    sender_constraint: value.senderConstraint,
    legacy_assertion_audience: Number(value.legacyAssertionAudience),
    token_lifetime_seconds: value.tokenLifetimeSeconds,
    plan_id: value.planId,
    limits: JSON.stringify(value.limits),
    metadata: JSON.stringify(value.metadata),
    revoked_before: value.revokedBefore,
    revoked_at: value.revokedAt,
    revoked_reason: value.revokedReason,
    created_at: value.createdAt,
    updated_at: value.updatedAt,
    rev,
  };
}

/** Each with a space before and after it, so that no id is found in another. */
export function spaced(ids: readonly string[]): string {
  return ids.map((each) => ` ${each} `).join("");
}

/** Digests as hexadecimal text: a client's few secrets are read and written with it. */
export function secretsForText(secrets: readonly KeySecret[]): readonly object[] {
  return secrets.map((secret) => ({ ...secret, digest: digestToHex(secret.digest) }));
}

export function secretsFromText(text: string): readonly KeySecret[] {
  return (JSON.parse(text) as readonly (KeySecret & { readonly digest: string })[]).map(
    (secret) => {
      const digest = digestFromHex(secret.digest);
      assert.ok(digest !== undefined, "a secret holds a digest");
      return { ...secret, digest };
    },
  );
}

export function signingKeyFromRow(row: SigningKeysTable): SigningKey {
  return {
    id: id("signingKey", row.id),
    workspaceId: id("workspace", row.workspace_id),
    environment: oneOf(ENVIRONMENTS, row.environment),
    algorithm: oneOf(TOKEN_ALGORITHMS, row.algorithm),
    kid: row.kid,
    publicKey: objectFromText(row.public_key) as PublicJwk,
    sealedPrivateKey: row.sealed_private_key,
    signsFrom: instant(row.signs_from),
    createdAt: instant(row.created_at),
  };
}

export function signingKeyToRow(value: SigningKey, rev: number): SigningKeysTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    environment: value.environment,
    algorithm: value.algorithm,
    kid: value.kid,
    public_key: JSON.stringify(value.publicKey),
    sealed_private_key: value.sealedPrivateKey,
    signs_from: value.signsFrom,
    created_at: value.createdAt,
    rev,
  };
}

export function tokenFromRow(row: AccessTokensTable): AccessToken {
  const confirmation = row.confirmation === null ? null : JSON.parse(row.confirmation);
  return {
    id: id("token", row.id),
    workspaceId: id("workspace", row.workspace_id),
    apiId: id("api", row.api_id),
    environment: oneOf(ENVIRONMENTS, row.environment),
    clientId: id("client", row.client_id),
    keyId: row.key_id === null ? null : id("key", row.key_id),
    scopes: textsFromText(row.scopes).flatMap((scope) => parseScope(scope) ?? []),
    actors: textsFromText(row.actors),
    confirmation: confirmation as TokenFacts["confirmation"],
    issuedAt: instant(row.issued_at),
    expiresAt: instant(row.expires_at),
    digest: row.digest === null ? null : digestFromBytes(row.digest),
    revoked: boolean(row.revoked),
  };
}

export function tokenToRow(value: AccessToken): AccessTokensTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    api_id: value.apiId,
    environment: value.environment,
    client_id: value.clientId,
    key_id: value.keyId,
    scopes: JSON.stringify(value.scopes),
    actors: JSON.stringify(value.actors),
    confirmation: value.confirmation === null ? null : JSON.stringify(value.confirmation),
    issued_at: value.issuedAt,
    expires_at: value.expiresAt,
    digest: value.digest === null ? null : digestToBytes(value.digest),
    revoked: Number(value.revoked),
  };
}

function textsFromText(text: string): readonly string[] {
  return arrayFromText(text).map((entry) => {
    assert.ok(typeof entry === "string", "a list of texts");
    return entry;
  });
}
