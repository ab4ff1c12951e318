// A port for Envoy's external authorization over gRPC: envoy.service.auth.v3.Authorization.
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { handleUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Answer } from "../verification/ext-auth/gateway-answer.ts";
import { answerGateway } from "../verification/ext-auth/gateway-route.ts";
import { PROXY_TOKEN } from "../verification/ext-auth/gateway-headers.ts";
import { ENVOY_GRPC } from "../verification/ext-auth/gateways.ts";
import type { VerifyParts } from "../verification/verify-route.ts";
import { questionOf, responseOf } from "./check.ts";
import { authorizationService } from "./messages.ts";
import type { CheckRequest, CheckResponse } from "./messages.ts";

const METHOD = "envoy.service.auth.v3.Authorization/Check";
/** Of a whole question: a client's headers, of which Envoy takes 60 KiB by itself. */
const MESSAGE_BYTES_MAX = 131_072;
/** At the same time on one connection; an Envoy has a few connections for each of its threads. */
const STREAMS_MAX = 1_000;

export interface AuthorizationServer {
  /** Where it listens: `127.0.0.1:4143`. */
  readonly place: string;
  /** Lets the questions under way be answered, for so long. */
  stop(drainMs: number): Promise<void>;
}

export interface AuthorizationPlace {
  readonly host: string;
  readonly port: number;
  /** Wraps what answers, where each call is to be traced. */
  readonly traced?: TraceCalls | undefined;
}

type TraceCalls = (
  method: string,
  handle: handleUnaryCall<CheckRequest, CheckResponse>,
) => handleUnaryCall<CheckRequest, CheckResponse>;

/** @throws Error when it cannot listen there */
export async function startAuthorizationServer(
  parts: VerifyParts,
  { host, port, traced }: AuthorizationPlace,
): Promise<AuthorizationServer> {
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_concurrent_streams": STREAMS_MAX,
  });
  const answer = check(parts);
  server.addService(authorizationService(), { Check: traced?.(METHOD, answer) ?? answer });
  const address = host.includes(":") ? `[${host}]` : host;
  const bound = await bind(server, `${address}:${port}`);
  return { place: `${address}:${bound}`, stop: (drainMs) => stop(server, drainMs) };
}

function check(parts: VerifyParts): handleUnaryCall<CheckRequest, CheckResponse> {
  return (call, callback) => {
    const [token] = call.metadata.get(PROXY_TOKEN);
    const given = typeof token === "string" ? token : undefined;
    const question = questionOf(call.request, given, call.getPeer());
    if (question === undefined) {
      callback({ code: status.INVALID_ARGUMENT, details: "the question is about no request" });
      return;
    }
    const answer = answerGateway(parts, ENVOY_GRPC, question);
    if (answer instanceof Promise) void answerLater(answer, callback);
    else callback(null, responseOf(answer));
  };
}

async function answerLater(
  answer: Promise<Answer>,
  callback: sendUnaryData<CheckResponse>,
): Promise<void> {
  callback(null, responseOf(await answer));
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function stop(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), drainMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
