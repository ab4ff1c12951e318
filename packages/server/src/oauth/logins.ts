// Programs that are signed in as a member: the device and the code grant, of the command line alone (spec/oauth.md §8).
import type { WorkspaceId } from "@keyward/core/id";
import { USER_AGENT_CHARS_MAX } from "../contract/limits.ts";
import { COMMAND_LINE_CLIENT } from "../contract/logins.ts";
import { headerOf } from "../http/raw-headers.ts";
import { requestIdOf } from "../http/request-id.ts";
import { beginDeviceLogin, pollDeviceLogin, redeemCode } from "../operations/sign-in/logins.ts";
import type { LoginRefusal, SignedInProgram } from "../operations/sign-in/logins.ts";
import type { Browser } from "../operations/sign-in/sign-in.ts";
import { tenantScope } from "../storage/storage.ts";
import { only, required } from "./form.ts";
import { OAuthError, invalidRequest, tooManyAttempts } from "./oauth-error.ts";
import type { Asked, OAuthParts, OAuthRequest } from "./oauth-parts.ts";

/** RFC 8628 §3.1, §3.2. */
export async function answerDeviceAuthorization(
  parts: OAuthParts,
  workspaceId: WorkspaceId,
  request: OAuthRequest,
  asked: Asked,
): Promise<object> {
  assertCommandLine(request);
  const begun = await beginDeviceLogin(
    parts.storage,
    programOf(parts, request, asked),
    tenantScope(workspaceId),
  );
  if (begun === undefined) throw tooManyAttempts();
  const page = parts.issuers.pageOf("device");
  return {
    device_code: begun.deviceCode.reveal(),
    user_code: begun.userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${begun.userCode}`,
    expires_in: begun.expiresInSeconds,
    interval: begun.intervalSeconds,
  };
}

type LoginGrant = (parts: OAuthParts, request: OAuthRequest, asked: Asked) => Promise<object>;

/** By the name that a request gives it: what no registered client may use. */
export const LOGIN_GRANTS: Readonly<Record<string, LoginGrant>> = {
  async authorization_code(parts, request, asked) {
    assertCommandLine(request);
    const given = {
      code: required(request.form, "code"),
      redirectUri: required(request.form, "redirect_uri"),
      codeVerifier: required(request.form, "code_verifier"),
    };
    return tokenOf(await redeemCode(parts.storage, programOf(parts, request, asked), given), asked);
  },

  async "urn:ietf:params:oauth:grant-type:device_code"(parts, request, asked) {
    assertCommandLine(request);
    const code = required(request.form, "device_code");
    return tokenOf(
      await pollDeviceLogin(parts.storage, programOf(parts, request, asked), code),
      asked,
    );
  },
};

const DESCRIPTIONS: Readonly<Record<LoginRefusal, string>> = {
  authorization_pending: "Nobody has approved it yet",
  slow_down: "Ask less often",
  access_denied: "It was denied",
  expired_token: "Nobody has approved it in time",
  invalid_grant: "The code is used up, or is none",
};

function tokenOf(outcome: SignedInProgram | LoginRefusal, { now }: Asked): object {
  if (typeof outcome === "string") throw new OAuthError(outcome, DESCRIPTIONS[outcome]);
  const { token, session } = outcome;
  return {
    access_token: token.reveal(),
    token_type: "Bearer",
    expires_in: Math.floor((session.expiresAt - now) / 1_000),
  };
}

/** It has no secret, so that only its name is asked for (RFC 8252 §8.5). */
function assertCommandLine({ form, rawHeaders }: OAuthRequest): void {
  const clientId = only(form, "client_id");
  if (clientId === undefined) throw invalidRequest("The parameter client_id is missing");
  const isSecretless =
    headerOf(rawHeaders, "authorization") === undefined && !form.has("client_secret");
  if (clientId === COMMAND_LINE_CLIENT && isSecretless) return;
  throw new OAuthError("unauthorized_client", "The client may not use this grant type");
}

function programOf({ random }: OAuthParts, { rawHeaders }: OAuthRequest, asked: Asked): Browser {
  const agent = headerOf(rawHeaders, "user-agent")?.slice(0, USER_AGENT_CHARS_MAX) ?? null;
  const requestId = requestIdOf(rawHeaders, random);
  return { now: asked.now, random, requestId, ip: asked.ip ?? null, userAgent: agent };
}
