// Makes one token, signed or opaque as its api asks (spec/oauth.md §5).
import { digestKey } from "@keyward/core/key/digest";
import { formatKey, KEY_RANDOM_BYTES } from "@keyward/core/key/format";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client } from "@keyward/core/model/client";
import type { KeyId } from "@keyward/core/id";
import type { Api } from "@keyward/core/model/records";
import type { Scope } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { actClaim } from "@keyward/core/token/access-token-jwt";
import { cnfClaim } from "@keyward/core/token/confirmation";
import type { Confirmation } from "@keyward/core/token/confirmation";
import { tenantScope } from "../storage/storage.ts";
import type { OAuthParts, TokenAsked } from "./oauth-parts.ts";

export interface TokenOrder {
  readonly client: Client;
  readonly api: Api;
  readonly scopes: readonly Scope[];
  /** Who the token is about: the client, or the owner of the key in whose stead it acts. */
  readonly subject: string;
  readonly keyId: KeyId | null;
  readonly actors: readonly string[];
  /** It ends no later than this. */
  readonly notAfter: Instant | undefined;
}

export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: "Bearer" | "DPoP";
  readonly expires_in: number;
  readonly scope: string;
}

export async function issueToken(
  parts: OAuthParts,
  order: TokenOrder,
  { now, confirmation }: Pick<TokenAsked, "now" | "confirmation">,
): Promise<IssuedToken> {
  const { client, api, scopes, keyId, actors } = order;
  const issuedSeconds = issuedAtSeconds(client, now);
  const expiresSeconds = Math.min(
    issuedSeconds + client.tokenLifetimeSeconds,
    Math.floor((order.notAfter ?? Infinity) / 1000),
  );
  const token: AccessToken = {
    id: formatId("token", now, parts.random.bytes(ID_RANDOM_BYTES)),
    workspaceId: client.workspaceId,
    apiId: api.id,
    environment: client.environment,
    clientId: client.id,
    keyId,
    scopes,
    actors,
    confirmation,
    issuedAt: instant(issuedSeconds * 1000),
    expiresAt: instant(expiresSeconds * 1000),
    digest: null,
    revoked: false,
  };
  const access_token =
    api.tokenFormat === "jwt"
      ? await signed(parts, order, token, now)
      : await opaque(parts, order, token);
  const expires_in = expiresSeconds - issuedSeconds;
  return {
    access_token,
    token_type: tokenTypeOf(confirmation),
    expires_in,
    scope: scopes.join(" "),
  };
}

/** RFC 9449 §5; a certificate shows itself, so its token is still `Bearer` (RFC 8705 §3). */
export function tokenTypeOf(confirmation: Confirmation | null): IssuedToken["token_type"] {
  return confirmation !== null && "jkt" in confirmation ? "DPoP" : "Bearer";
}

/** In whole seconds, and after the instant at which the client's tokens were revoked: it would be born dead otherwise. */
function issuedAtSeconds({ revokedBefore }: Client, now: Instant): number {
  const seconds = Math.floor(now / 1000);
  return revokedBefore === null ? seconds : Math.max(seconds, Math.floor(revokedBefore / 1000) + 1);
}

function signed(
  { issuers, signingKeys }: OAuthParts,
  { client, api, subject }: TokenOrder,
  token: AccessToken,
  now: Instant,
): Promise<string> {
  const act = actClaim(token.actors);
  const cnf = cnfClaim(token.confirmation);
  const claims = {
    iss: issuers.urlOf(client),
    sub: subject,
    aud: api.audience,
    client_id: client.id,
    ...(token.keyId !== null && { key_id: token.keyId }),
    scope: token.scopes.join(" "),
    iat: token.issuedAt / 1000,
    exp: token.expiresAt / 1000,
    jti: token.id,
    ...(act !== null && { act }),
    ...(cnf !== null && { cnf }),
  };
  return signingKeys.sign(client, api.tokenAlgorithm, claims, now);
}

/** Kept before it is told, and known to this server's verifier before it can be presented. */
async function opaque(
  { random, storage, verifier }: OAuthParts,
  { api }: TokenOrder,
  unnamed: AccessToken,
): Promise<string> {
  const { environment, workspaceId } = unnamed;
  const text = formatKey({
    brand: api.prefix,
    kind: "access_token",
    environment,
    random: random.bytes(KEY_RANDOM_BYTES),
  }).reveal();
  const token = { ...unnamed, digest: digestKey(text) };
  await storage.write((writer) => writer.keepToken(tenantScope(workspaceId), token));
  verifier.apply([
    { workspaceId, rev: 1, change: { entity: "token", id: token.id, value: token } },
  ]);
  return text;
}
