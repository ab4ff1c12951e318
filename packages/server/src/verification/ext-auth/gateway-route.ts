// ANY /v1/ext-auth/…: what a gateway asks about each request of its clients. docs/guides has the recipes that go with it.
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { OperationError } from "@keyward/core/failure/failures";
import { extractCredential } from "@keyward/core/http/credentials";
import { isUnambiguousPath } from "@keyward/core/restriction/unambiguous-path";
import type { Instant } from "@keyward/core/time";
import type { Proof } from "@keyward/core/token/confirmation";
import type { DpopRequest } from "@keyward/core/token/dpop-proof";
import { deny } from "@keyward/core/verdict/verdict";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { certificateThumbprint, readCertificate } from "../../http/certificate.ts";
import { failureOf } from "../../http/problem.ts";
import { guardedTarget, HOST_ALONE } from "../../http/request-guard.ts";
import { requestIdOf } from "../../http/request-id.ts";
import type { BodyMessage } from "../body-message.ts";
import type { Caller } from "../callers.ts";
import { countCaller, countVerdict, decideAndCount, proved } from "../decide-credential.ts";
import type { Decider } from "../decide-credential.ts";
import type { VerifyParts } from "../verify-route.ts";
import { allowed, denied, unacceptable, unauthenticated, unavailable } from "./gateway-answer.ts";
import type { Answer } from "./gateway-answer.ts";
import { contextOf } from "./gateway-context.ts";
import type { GatewayContext } from "./gateway-context.ts";
import {
  CLIENT_CERTIFICATE,
  PROXY_POLICY,
  PROXY_TOKEN,
  readGatewayHeaders,
} from "./gateway-headers.ts";
import type { GatewayHeaders } from "./gateway-headers.ts";
import type { Gateway, GatewayRoute } from "./gateways.ts";
import { identityOf } from "./identity.ts";
import type { Identity } from "./identity.ts";
import { parsePolicy } from "./policy.ts";
import type { GatewayPolicy } from "./policy.ts";

/** What a gateway asks, on whatever wire. */
export interface GatewayQuestion extends Pick<BodyMessage, "rawHeaders" | "method" | "url"> {
  /** Over which the gateway asks. */
  readonly socket: Pick<Socket, "remoteAddress">;
}

export function handleGateway(
  parts: VerifyParts,
  route: GatewayRoute,
  request: BodyMessage,
  response: ServerResponse,
): void {
  const isHead = request.method === "HEAD";
  const answer = isGuarded(request) ? answerGateway(parts, route, request) : UNGUARDED;
  if (answer instanceof Promise) void answer.then((later) => send(response, later, isHead));
  else send(response, answer, isHead);
}

/** Never rejects and throws nothing: what cannot be decided is answered as unavailable. */
export function answerGateway(
  parts: VerifyParts,
  route: GatewayRoute,
  question: GatewayQuestion,
): Answer | Promise<Answer> {
  const fail = (error: unknown) => failed(parts, route, question, error);
  try {
    const answer = decideRequest(parts, route, question);
    return answer instanceof Promise ? answer.catch(fail) : answer;
  } catch (error) {
    return fail(error);
  }
}

/** No proxy sends these, so nothing is carried to its client: whoever does is told as on every other route (T28). */
const UNGUARDED: Answer = {
  status: 400,
  headers: ["x-keyward-code", "invalid_header"],
  body: "",
};

function isGuarded({ rawHeaders, httpVersion, url = "" }: BodyMessage): boolean {
  try {
    guardedTarget({ rawHeaders, httpVersion, target: url }, HOST_ALONE);
    return true;
  } catch (error) {
    if (failureOf(error) === undefined) throw error;
    return false;
  }
}

function decideRequest(
  parts: VerifyParts,
  route: GatewayRoute,
  request: GatewayQuestion,
): Answer | Promise<Answer> {
  const { gateway } = route;
  const now = parts.clock.now();
  const own = gateway.policy === "query" ? [PROXY_TOKEN] : [PROXY_TOKEN, PROXY_POLICY];
  const headers = readGatewayHeaders(request.rawHeaders, [...own, CLIENT_CERTIFICATE]);
  const proxy = findProxy(parts, request, headers, now);
  if (proxy === undefined) return unauthenticated(gateway);
  const policy = policyOf(gateway, request.url ?? "", headers);
  const isFromClient =
    policy.clientCertificate !== true && headers.lines(CLIENT_CERTIFICATE).length > 0;
  if (headers.hasReserved || isFromClient) return unacceptable("reserved_header", gateway);
  const context = contextOf(route, request, headers, parts.trustedProxies);
  if (gateway.checksPath && !isUnambiguousPath(pathIn(context.path))) {
    return unacceptable("ambiguous_path", gateway);
  }
  return decideClient(parts, { proxy, policy, context, gateway, request, headers }, now);
}

/**
 * Who is no proxy of ours learns nothing, not even whether the token is a key: this must not serve for guessing keys.
 *
 * @throws OperationError `unavailable`
 */
function findProxy(
  parts: VerifyParts,
  request: GatewayQuestion,
  headers: GatewayHeaders,
  now: Instant,
): Caller | undefined {
  const token = headers.only(PROXY_TOKEN);
  const { method = "", url = "" } = request;
  try {
    // The other headers are the client's, and say nothing about the proxy.
    const rawHeaders = token === undefined ? [] : ["x-api-key", token];
    const path = pathIn(url);
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
function policyOf(gateway: Gateway, url: string, headers: GatewayHeaders): GatewayPolicy {
  const text = gateway.policy === "query" ? queryIn(url) : headers.only(PROXY_POLICY);
  const policy = text === undefined ? undefined : parsePolicy(text);
  if (policy !== undefined) return policy;
  throw new OperationError("invalid_request", {
    detail:
      gateway.policy === "query"
        ? "The policy in the URL is not understood"
        : `The policy in ${PROXY_POLICY} is not understood`,
  });
}

interface ClientsRequest {
  readonly proxy: Caller;
  readonly policy: GatewayPolicy;
  readonly context: GatewayContext;
  readonly gateway: Gateway;
  readonly request: GatewayQuestion;
  readonly headers: GatewayHeaders;
}

function decideClient(
  parts: VerifyParts,
  { proxy: { workspaceId }, policy, context, gateway, request, headers }: ClientsRequest,
  now: Instant,
): Answer | Promise<Answer> {
  const extraction = extractCredential(request.rawHeaders);
  const isDpop = extraction.outcome === "found" && extraction.source === "dpop";
  const sign = signerOf(parts, policy);
  const answerOf = (verdict: Verdict) =>
    verdict.outcome === "allowed"
      ? sign(allowed(verdict, policy, gateway), () => identityOf(verdict, context, now), now)
      : denied(verdict, policy, gateway, isDpop ? "DPoP" : "Bearer");
  if (extraction.outcome !== "found") {
    const verdict = deny(WITHOUT_CREDENTIAL[extraction.outcome]);
    countVerdict(parts, { workspaceId, credential: "", verdict, request: { context } }, now);
    return answerOf(verdict);
  }
  const { credential } = extraction;
  const { api, environment, scopes } = policy;
  const dpop = isDpop ? dpopOf(policy, context, headers) : undefined;
  const asked = { api, environment, scopes, context, dpop, ...certificateProof(headers) };
  const question = { credential, decision: asked, minRev: 0 };
  const decideBy = (decider: Decider, at: Instant) => {
    const decision = proved(parts, decider, workspaceId, question, at);
    const verdict = decideAndCount(parts, decider, workspaceId, credential, decision, at);
    return verdict instanceof Promise ? verdict.then(answerOf) : answerOf(verdict);
  };
  const decider = parts.deciders.now(workspaceId, question);
  if (decider !== undefined) return decideBy(decider, now);
  return parts.deciders.ask(workspaceId, question, (asked) => decideBy(asked, parts.clock.now()));
}

type Sign = (answer: Answer, identity: () => Identity, now: Instant) => Answer | Promise<Answer>;

/** @throws OperationError `invalid_request` where a signature is asked for, and nobody here could make one */
function signerOf({ signIdentity }: VerifyParts, { isSigned }: GatewayPolicy): Sign {
  if (!isSigned) return (answer) => answer;
  if (signIdentity !== undefined) {
    return async (answer, identity, now) => {
      const signed = await signIdentity(identity(), now);
      return { ...answer, headers: [...answer.headers, "x-keyward-identity", signed] };
    };
  }
  throw new OperationError("invalid_request", {
    detail: "This node has no keys to sign with: ask a Keyward without workers for signed=1",
  });
}

/** Without the public URL, or with no proof or more than one, it is one that is not good. */
function dpopOf(
  { publicUrl }: GatewayPolicy,
  { method = "", path }: GatewayContext,
  headers: GatewayHeaders,
): DpopRequest {
  const url = publicUrl === undefined ? "" : publicUrl + path;
  return { proof: headers.only("dpop") ?? "", method, url };
}

function certificateProof(headers: GatewayHeaders): { readonly proof?: Proof } {
  const x509 = readCertificate(headers.only(CLIENT_CERTIFICATE) ?? "");
  return x509 === undefined ? {} : { proof: { x5t_s256: certificateThumbprint(x509) } };
}

const WITHOUT_CREDENTIAL = {
  missing: "missing_credential",
  ambiguous: "ambiguous_credentials",
  malformed: "malformed",
} as const;

function failed(
  { log, random }: VerifyParts,
  { gateway }: GatewayRoute,
  request: GatewayQuestion,
  error: unknown,
): Answer {
  const failure = failureOf(error);
  if (failure !== undefined) return unavailable(gateway, failure.code, failure.message);
  log.failed(error, { requestId: requestIdOf(request.rawHeaders, random), code: "internal" });
  return unavailable(gateway, "internal");
}

function pathIn(target: string): string {
  const [path = ""] = target.split("?", 1);
  return path;
}

function queryIn(url: string): string | undefined {
  const start = url.indexOf("?");
  return start === -1 ? undefined : url.slice(start);
}

function send(response: ServerResponse, { status, headers, body }: Answer, isHead: boolean): void {
  // Without a length, Node sends an empty chunked body, and nginx opens a new connection for each check.
  const length = ["content-length", String(Buffer.byteLength(body))];
  const noStore = headers.includes("cache-control") ? [] : ["cache-control", "no-store"];
  response.writeHead(status, [...headers, ...noStore, ...length]);
  response.end(isHead ? undefined : body);
}
