// The paths of OAuth, straight on node:http like the routes that decide: machines ask them often.
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { OperationError } from "@keyward/core/failure/failures";
import { clientIp } from "@keyward/core/http/client-ip";
import type { WorkspaceId } from "@keyward/core/id";
import { headerLines } from "../http/raw-headers.ts";
import { guardedTarget } from "../http/request-guard.ts";
import type { BodyMessage } from "../verification/body-message.ts";
import { atOf, networkOfIp } from "../verification/count-limits.ts";
import { certificateOf } from "./client-certificate.ts";
import { REFUSAL_MS } from "./client-authentication.ts";
import { answerDocument } from "./documents.ts";
import { parseForm } from "./form.ts";
import { sendJson } from "./json-answer.ts";
import { answerDeviceAuthorization } from "./logins.ts";
import { OAuthError, invalidRequest, tooManyAttempts, unavailable } from "./oauth-error.ts";
import type { Asked, OAuthParts, OAuthRequest } from "./oauth-parts.ts";
import { answerIntrospection, answerRevocation } from "./token-status.ts";
import { answerToken } from "./token-endpoint.ts";

const BODY_BYTES_MAX = 65_536;

/** Every parameter that any endpoint reads; all others are ignored. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "grant_type",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
  "assertion",
  "scope",
  "resource",
  "audience",
  "subject_token",
  "subject_token_type",
  "actor_token",
  "actor_token_type",
  "requested_token_type",
  "token",
  "token_type_hint",
  "device_code",
  "code",
  "redirect_uri",
  "code_verifier",
]);

/** What whoever guesses would be told. */
const FAILED_ATTEMPTS: ReadonlySet<string> = new Set(["invalid_client", "invalid_grant"]);

type Endpoint = (
  parts: OAuthParts,
  workspaceId: WorkspaceId,
  request: OAuthRequest,
  asked: Asked,
) => Promise<object>;

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  token: answerToken,
  introspect: answerIntrospection,
  revoke: answerRevocation,
  device_authorization: answerDeviceAuthorization,
};

const ENDPOINT_PATH = /^\/oauth(\/wsp_[^/]+)?\/(token|introspect|revoke|device_authorization)$/;
/** Answers true when the path is one of its own: then the request is, or will be, answered. */
export type OAuthRoutes = (request: BodyMessage, response: ServerResponse) => boolean;

export function createOAuthRoutes(parts: OAuthParts): OAuthRoutes {
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    if (!path.startsWith("/oauth") && !path.startsWith("/.well-known/")) return false;
    const endpoint = ENDPOINT_PATH.exec(path);
    if (endpoint !== null) {
      const [, workspace = "", name = ""] = endpoint;
      const issuer = parts.issuers.at(workspace);
      const answer = ENDPOINTS[name];
      if (issuer === undefined || answer === undefined) return false;
      receive(parts, answer, issuer.workspaceId, request, response);
      return true;
    }
    return answerDocument(parts, path, request, response);
  };
}

function receive(
  parts: OAuthParts,
  endpoint: Endpoint,
  workspaceId: WorkspaceId,
  request: BodyMessage,
  response: ServerResponse,
): void {
  if (request.method !== "POST") {
    const options = { status: 405, headers: { allow: "POST" } } as const;
    refuse(response, new OAuthError("invalid_request", "Only POST is taken here", options));
    return;
  }
  const startedMs = parts.clock.monotonicMs();
  request.collect(BODY_BYTES_MAX, (body) => {
    answer(parts, endpoint, workspaceId, request, body)
      .then((result) => sendJson(response, 200, result))
      .catch(async (error: unknown) => {
        const refusal = refusalOf(parts, error);
        if (!FAILED_ATTEMPTS.has(refusal.code)) return refuse(response, refusal);
        await delay(Math.max(0, startedMs + REFUSAL_MS - parts.clock.monotonicMs()));
        refuse(response, throttled(parts, addressOf(parts, request), refusal));
      });
  });
}

async function answer(
  parts: OAuthParts,
  endpoint: Endpoint,
  workspaceId: WorkspaceId,
  request: BodyMessage,
  body: Buffer | "too_large",
): Promise<object> {
  if (body === "too_large") {
    throw new OAuthError("invalid_request", "The body is too large", {
      status: 413,
      headers: { connection: "close" },
    });
  }
  const { rawHeaders, httpVersion, headers, url = "" } = request;
  guardedTarget({ rawHeaders, httpVersion, target: url });
  const form = parseForm(headers["content-type"], body, PARAMETERS);
  const { certificateHeaders, trustedProxies } = parts;
  const peer = peerOf(parts, request);
  const certificate = certificateOf(rawHeaders, peer, certificateHeaders, trustedProxies);
  const asked = { now: parts.clock.now(), ip: addressOf(parts, request), certificate };
  return endpoint(parts, workspaceId, { rawHeaders, form }, asked);
}

function peerOf(parts: OAuthParts, request: BodyMessage): string {
  return parts.peerOf?.(request) ?? request.socket.remoteAddress ?? "";
}

function addressOf(parts: OAuthParts, request: BodyMessage): string | undefined {
  const forwardedFor = headerLines(request.rawHeaders, "x-forwarded-for");
  return clientIp(peerOf(parts, request), forwardedFor, parts.trustedProxies);
}

/** A network that has failed too often is not told any more what was wrong (T24); a client that is right never waits for it. */
function throttled(parts: OAuthParts, ip: string | undefined, refusal: OAuthError): OAuthError {
  const network = networkOfIp(ip);
  const { clock, failedAttempts } = parts;
  if (network === undefined || failedAttempts.admit(network, atOf(parts, clock.now()))) {
    return refusal;
  }
  return tooManyAttempts();
}

/** What is wrong with a request is told as it is; what is wrong with Keyward is 503, and logged. */
function refusalOf({ log }: OAuthParts, error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof OperationError && error.kind === "invalid") {
    return invalidRequest("A header of the request is not acceptable");
  }
  if (!(error instanceof OperationError)) log.failed(error);
  return unavailable();
}

function refuse(response: ServerResponse, { status, code, message, headers }: OAuthError): void {
  sendJson(response, status, { error: code, error_description: message }, headers);
}
