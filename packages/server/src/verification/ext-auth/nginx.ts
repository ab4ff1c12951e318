// ANY /v1/ext-auth/nginx: what `auth_request` of nginx asks. docs/guides/nginx.md has the recipe that goes with it.
import type { ServerResponse } from "node:http";
import { OperationError } from "@keyward/core/failure/failures";
import { challengeFor } from "@keyward/core/http/challenge";
import { extractCredential } from "@keyward/core/http/credentials";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import type { Instant } from "@keyward/core/time";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import { deny } from "@keyward/core/verdict/verdict";
import type { Denied, Verdict } from "@keyward/core/verdict/verdict";
import { failureOf } from "../../http/problem.ts";
import { guardedTarget, HOST_ALONE } from "../../http/request-guard.ts";
import { requestIdOf } from "../../http/request-id.ts";
import type { BodyMessage } from "../body-message.ts";
import type { Caller } from "../callers.ts";
import { countCaller, countVerdict, decideAndCount } from "../decide-credential.ts";
import type { Decider } from "../decide-credential.ts";
import type { VerifyParts } from "../verify-route.ts";
import { PROXY_TOKEN, readGatewayHeaders } from "./gateway-headers.ts";
import type { GatewayHeaders } from "./gateway-headers.ts";
import { headerText } from "./header-text.ts";
import { parsePolicy } from "./policy.ts";
import type { GatewayPolicy } from "./policy.ts";

export const NGINX_PATH = "/v1/ext-auth/nginx";

/**
 * Answers one sub-request. Never with a body: nginx drops it, and with it the connection. nginx passes on 401 and 403
 * alone, so 400, 402 and 429 travel as 403 with the true status in `X-Keyward-Status`.
 */
export function handleNginx(
  parts: VerifyParts,
  request: BodyMessage,
  response: ServerResponse,
): void {
  const fail = (error: unknown) => send(response, unavailable(parts, request, error));
  try {
    const answer = isGuarded(request) ? decideRequest(parts, request) : UNGUARDED;
    if (answer instanceof Promise) answer.then((later) => send(response, later)).catch(fail);
    else send(response, answer);
  } catch (error) {
    fail(error);
  }
}

interface Answer {
  readonly status: 200 | 400 | 401 | 403 | 503;
  /** Name, value, name, value, … */
  readonly headers: readonly string[];
}

/** No proxy sends these, so nothing is carried to its client: whoever does is told as on every other route (T28). */
const UNGUARDED: Answer = { status: 400, headers: ["x-keyward-code", "invalid_header"] };

function isGuarded({ rawHeaders, httpVersion, url = "" }: BodyMessage): boolean {
  try {
    guardedTarget({ rawHeaders, httpVersion, target: url }, HOST_ALONE);
    return true;
  } catch (error) {
    if (failureOf(error) === undefined) throw error;
    return false;
  }
}

function decideRequest(parts: VerifyParts, request: BodyMessage): Answer | Promise<Answer> {
  const now = parts.clock.now();
  const headers = readGatewayHeaders(request.rawHeaders);
  const proxy = findProxy(parts, request, headers, now);
  if (proxy === undefined) return refused(401, "proxy_unauthenticated");
  const policy = policyOf(request.url ?? "");
  if (headers.hasReserved) return refused(400, "reserved_header");
  return decideClient(parts, proxy, policy, request, headers, now);
}

function answerOf(verdict: Verdict, policy: GatewayPolicy): Answer {
  return verdict.outcome === "allowed" ? allowed(verdict.key) : denied(verdict, policy);
}

/** Always all of the headers, so that the proxy overwrites whatever a client sent in their place. */
function allowed(key: KeySnapshot): Answer {
  const headers = [
    "x-keyward-decision",
    "allow",
    "x-keyward-key-id",
    key.keyId,
    "x-keyward-owner",
    headerText(key.ownerExternalId),
    "x-keyward-owner-id",
    key.ownerId,
    "x-keyward-environment",
    key.environment,
    "x-keyward-scopes",
    key.grants.grants.join(" "),
    "x-keyward-api",
    key.apiPrefix,
  ];
  return { status: 200, headers };
}

function denied({ code, status }: Denied, { api, scopes }: GatewayPolicy): Answer {
  if (status !== 401 && code !== "insufficient_scope") return refused(status, code);
  const needed = "all" in scopes ? scopes.all : scopes.any;
  const challenge = challengeFor(code, { realm: api, scopes: needed });
  return refused(status, code, ["www-authenticate", challenge]);
}

function refused(status: number, code: string, challenge: readonly string[] = []): Answer {
  const headers = [
    "x-keyward-decision",
    "deny",
    "x-keyward-code",
    code,
    "x-keyward-status",
    String(status),
    ...challenge,
  ];
  return { status: status === 401 ? 401 : 403, headers };
}

/**
 * Who is no proxy of ours learns nothing, not even whether the token is a key: this must not serve for guessing keys.
 *
 * @throws OperationError `unavailable`
 */
function findProxy(
  parts: VerifyParts,
  request: BodyMessage,
  headers: GatewayHeaders,
  now: Instant,
): Caller | undefined {
  const token = headers.only(PROXY_TOKEN);
  if (token === undefined) return undefined;
  const { method = "", url = "" } = request;
  const [path = ""] = url.split("?", 1);
  try {
    // The other headers are the client's, and say nothing about the proxy.
    const rawHeaders = ["x-api-key", token];
    const proxy = parts.callers.accept({ socket: request.socket, rawHeaders, method, path }, now);
    countCaller(parts, proxy, now);
    return proxy;
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined && failure.kind !== "unavailable") return undefined;
    throw error;
  }
}

/** A recipe that cannot be understood is the operator's mistake; the client's key must not be blamed for it (K3). */
function policyOf(url: string): GatewayPolicy {
  const start = url.indexOf("?");
  const policy = start === -1 ? undefined : parsePolicy(url.slice(start));
  if (policy !== undefined) return policy;
  throw new OperationError("invalid_request", {
    detail: "The policy in the URL is not understood",
  });
}

function decideClient(
  parts: VerifyParts,
  { workspaceId }: Caller,
  policy: GatewayPolicy,
  request: BodyMessage,
  headers: GatewayHeaders,
  now: Instant,
): Answer | Promise<Answer> {
  const context = contextOf(headers);
  const extraction = extractCredential(request.rawHeaders);
  if (extraction.outcome !== "found") {
    const verdict = deny(WITHOUT_CREDENTIAL[extraction.outcome]);
    countVerdict(parts, verdict, now);
    return answerOf(verdict, policy);
  }
  const { credential } = extraction;
  const decision = { ...policy, context };
  const question = { credential, decision, minRev: 0 };
  const decideBy = (decider: Decider, at: Instant) =>
    answerOf(decideAndCount(parts, decider, workspaceId, credential, decision, at), policy);
  const decider = parts.deciders.now(workspaceId, question);
  if (decider !== undefined) return decideBy(decider, now);
  return parts.deciders.ask(workspaceId, question, (asked) => decideBy(asked, parts.clock.now()));
}

const WITHOUT_CREDENTIAL = {
  missing: "missing_credential",
  ambiguous: "ambiguous_credentials",
  malformed: "malformed",
} as const;

/**
 * Address, method and path are the proxy's word; the rest is the client's, as it is everywhere. A repeated header is given
 * as the one list that it is (RFC 9110 §5.3), which no restriction accepts.
 */
function contextOf(headers: GatewayHeaders): RequestContext {
  return {
    ip: proxysWord(headers, "x-real-ip"),
    method: proxysWord(headers, "x-original-method"),
    path: proxysWord(headers, "x-original-uri"),
    ...clientsWord("origin", headers.lines("origin")),
    ...clientsWord("referrer", headers.lines("referer")),
    ...clientsWord("user_agent", headers.lines("user-agent")),
    ...clientsWord("android_package", headers.lines("x-android-package")),
    ...clientsWord("android_cert", headers.lines("x-android-cert")),
    ...clientsWord("ios_bundle", headers.lines("x-ios-bundle-identifier")),
  };
}

/** Without it, the recipe lacks a line, and a client could fill the gap. */
function proxysWord(headers: GatewayHeaders, name: string): string {
  const value = headers.only(name);
  if (value !== undefined && value !== "") return value;
  throw new OperationError("invalid_request", { detail: `The proxy must send ${name}, once` });
}

function clientsWord(fact: keyof RequestContext, lines: readonly string[]): RequestContext {
  return lines.length === 0 ? {} : { [fact]: lines.join(", ") };
}

/** nginx makes a 500 of it, and the recipe a 503 again: never allowed, and never a bad key (K3). */
function unavailable({ log, random }: VerifyParts, request: BodyMessage, error: unknown): Answer {
  const failure = failureOf(error);
  if (failure === undefined) {
    log.failed(error, { requestId: requestIdOf(request.rawHeaders, random), code: "internal" });
    return { status: 503, headers: ["x-keyward-code", "internal", "retry-after", "1"] };
  }
  const detail = ["x-keyward-detail", failure.message.replace(/[^\x20-\x7e]/g, "?")];
  return { status: 503, headers: ["x-keyward-code", failure.code, "retry-after", "1", ...detail] };
}

function send(response: ServerResponse, { status, headers }: Answer): void {
  // Without a length, Node sends an empty chunked body, and nginx opens a new connection for each check.
  response.writeHead(status, [...headers, "cache-control", "no-store", "content-length", "0"]);
  response.end();
}
