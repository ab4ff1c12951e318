// POST /oauth/token (RFC 6749 §3.2): who asks, by which grant, and the token.
import type { WorkspaceId } from "@keyward/core/id";
import { tenantScope } from "../storage/storage.ts";
import { authenticateClient } from "./client-authentication.ts";
import { required } from "./form.ts";
import { GRANTS } from "./grants.ts";
import { LOGIN_GRANTS } from "./logins.ts";
import { OAuthError } from "./oauth-error.ts";
import { confirmSender } from "./sender.ts";
import type { Asked, OAuthParts, OAuthRequest } from "./oauth-parts.ts";

export async function answerToken(
  parts: OAuthParts,
  workspaceId: WorkspaceId,
  request: OAuthRequest,
  asked: Asked,
): Promise<object> {
  const scope = tenantScope(workspaceId);
  const type = required(request.form, "grant_type");
  const login = Object.hasOwn(LOGIN_GRANTS, type) ? LOGIN_GRANTS[type] : undefined;
  if (login !== undefined) return await login(parts, request, asked);
  const grant = Object.hasOwn(GRANTS, type) ? GRANTS[type] : undefined;
  if (grant === undefined) {
    throw new OAuthError("unsupported_grant_type", "The grant type is not supported");
  }
  const { identify = authenticateClient } = grant;
  const client = await identify(parts, scope, request, asked);
  if (!client.grants.includes(grant.grant)) {
    throw new OAuthError("unauthorized_client", "The client may not use this grant type");
  }
  const confirmation = await confirmSender(parts, client, request, asked);
  return grant.answer(parts, client, request.form, { ...asked, confirmation });
}
