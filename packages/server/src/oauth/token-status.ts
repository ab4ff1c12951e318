// POST /oauth/introspect (RFC 7662) and /oauth/revoke (RFC 7009): what a token is worth, and its end.
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import { KEY_CHARS_MAX } from "@keyward/core/key/format";
import type { Client } from "@keyward/core/model/client";
import type { AccessToken } from "@keyward/core/model/access-token";
import { actClaim } from "@keyward/core/token/access-token-jwt";
import { cnfClaim } from "@keyward/core/token/confirmation";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { decide } from "@keyward/core/verdict/decide";
import type { KeySnapshot, PresentedToken } from "@keyward/core/verdict/snapshot";
import { earlierOf } from "../http/authenticate.ts";
import { tenantScope } from "../storage/storage.ts";
import { authenticateClient } from "./client-authentication.ts";
import { required } from "./form.ts";
import { tokenTypeOf } from "./issue-token.ts";
import type { Asked, OAuthParts, OAuthRequest } from "./oauth-parts.ts";

const INACTIVE = { active: false } as const;

/** Of a token that is alive, but not from here or not for this: who asks has not said where it is used. */
const CIRCUMSTANCES: ReadonlySet<DenialCode> = new Set<DenialCode>([
  "proof_required",
  "ip_not_allowed",
  "origin_not_allowed",
  "route_not_allowed",
  "outside_time_window",
  "app_not_allowed",
]);

export async function answerIntrospection(
  parts: OAuthParts,
  workspaceId: WorkspaceId,
  request: OAuthRequest,
  asked: Asked,
): Promise<object> {
  const client = await authenticateClient(parts, tenantScope(workspaceId), request, asked);
  const found = parts.verifier.findIn(workspaceId, required(request.form, "token"));
  if (found === undefined || !isFor(client, found)) return INACTIVE;
  const verdict = decide(found, { environment: client.environment }, asked.now);
  const isAlive = verdict.outcome === "allowed" || CIRCUMSTANCES.has(verdict.code);
  return isAlive ? describe(parts, found) : INACTIVE;
}

/** RFC 7009 §2.2: what is unknown, foreign or over is answered as if it had just been revoked. */
export async function answerRevocation(
  parts: OAuthParts,
  workspaceId: WorkspaceId,
  request: OAuthRequest,
  asked: Asked,
): Promise<object> {
  const client = await authenticateClient(parts, tenantScope(workspaceId), request, asked);
  const text = required(request.form, "token");
  const found = parts.verifier.findIn(workspaceId, text);
  if (found?.token === undefined) return {};
  if (found.token.clientId === client.id && found.state !== "revoked") {
    await revoke(parts, client, found, text, asked);
  }
  return {};
}

async function revoke(
  { random, storage }: OAuthParts,
  client: Client,
  { apiId, environment, token }: PresentedToken,
  text: string,
  { now, ip }: Asked,
): Promise<void> {
  const value: AccessToken = {
    ...token,
    workspaceId: client.workspaceId,
    apiId,
    environment,
    digest: text.length > KEY_CHARS_MAX ? null : digestKey(text),
    revoked: true,
  };
  const facts = {
    id: formatId("event", now, random.bytes(ID_RANDOM_BYTES)),
    at: now,
    actor: { type: "system", id: `client ${client.id}`, ip: null },
    action: "token.revoked",
    requestId: null,
    detail: { client: client.id, ip: ip ?? null },
  } as const;
  const change = { entity: "token", id: token.id, value } as const;
  await storage.write((writer) => writer.record(tenantScope(client.workspaceId), change, facts));
}

function isFor(client: Client, { apiId, token }: KeySnapshot): boolean {
  const isOwn = token?.clientId === client.id;
  return isOwn || client.resources.some((resource) => resource.apiId === apiId);
}

function describe({ issuers }: OAuthParts, found: KeySnapshot): object {
  const { token, grants, ownerId, workspaceId, environment } = found;
  const end = earlierOf(found.expiresAt, found.secretExpiresAt);
  const act = actClaim(token?.actors ?? []);
  const cnf = cnfClaim(token?.confirmation ?? null);
  return {
    active: true,
    scope: grants.grants.join(" "),
    client_id: token?.clientId ?? found.keyId,
    sub: token !== undefined && token.keyId === null ? token.clientId : ownerId,
    iss: issuers.urlOf({ workspaceId, environment }),
    token_type: tokenTypeOf(token?.confirmation ?? null),
    ...(end !== undefined && { exp: Math.floor(end / 1000) }),
    ...(token !== undefined && { iat: token.issuedAt / 1000, jti: token.id }),
    ...(act !== null && { act }),
    ...(cnf !== null && { cnf }),
  };
}
