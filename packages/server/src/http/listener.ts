// The one port that clients reach: limits on what a connection may take, one guard for every request, then the routes.
import { createServer, STATUS_CODES } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { Random } from "../runtime/random.ts";
import type { App } from "./app.ts";
import { capConnections } from "./connection-cap.ts";
import { limitConnections, serverOptions } from "./listener-limits.ts";
import type { ListenerLimits } from "./listener-limits.ts";
import { problemAnswer, problemOf, PROBLEM_MEDIA_TYPE } from "./problem.ts";
import type { TransportFailureCode } from "./problem.ts";
import type { RequestFacts } from "./request-facts.ts";
import { guardedTarget } from "./request-guard.ts";
import { requestIdOf } from "./request-id.ts";
import { API_HEADERS } from "./security-headers.ts";

/**
 * Answers requests to the routes that decide about keys, below the framework, and guards them itself. It is asked for
 * every request; `false` leaves the request to the app.
 */
export type HotRoutes<Message extends IncomingMessage> = (
  request: Message,
  response: ServerResponse,
) => boolean;

type MessageClass = typeof IncomingMessage;

export interface ListenerParts<Message extends MessageClass = MessageClass> {
  readonly app: App;
  readonly hotRoutes: HotRoutes<InstanceType<Message>>;
  /** What the hot routes need requests to be. */
  readonly requestClass: Message;
  readonly random: Random;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly Cidr[];
  readonly limits: ListenerLimits;
  /** Where a request came from, if not from the other end of its connection. */
  readonly peerOf?: ((request: IncomingMessage) => string) | undefined;
  /** Wraps what answers requests, where each is to be traced. */
  readonly traced?: Traced | undefined;
  /** Whether answers should say that the connection ends, because the server does. */
  isStopping(): boolean;
  /** Told of each connection or request that was turned away before it was one. */
  onRefused(reason: RefusalReason): void;
}

type Traced = <Message extends IncomingMessage>(
  listener: (request: Message, response: ServerResponse) => void,
) => (request: Message, response: ServerResponse) => void;

export type RefusalReason = TransportFailureCode | "too_many_connections" | "guarded";

/** Not listening yet. */
export function createListener<Message extends MessageClass>(
  parts: ListenerParts<Message>,
): Server {
  const { limits, requestClass } = parts;
  const options = {
    ...serverOptions(limits),
    // The guard refuses what has none, and says so.
    requireHostHeader: false,
    IncomingMessage: requestClass,
  };
  const listener = requestListener(parts);
  const server = createServer(options, parts.traced?.(listener) ?? listener);
  limitConnections(server, limits);
  server.on("drop", () => parts.onRefused("too_many_connections"));
  server.on("connect", (_request, socket) => refuse(parts, "malformed_request", socket));
  server.on("checkExpectation", (_request, response) => refuseExpectation(parts, response));
  server.on("clientError", (error: ClientError, socket) => refuseBytes(parts, error, socket));
  capConnections(server, {
    perAddressMax: limits.connectionsPerAddressMax,
    exempt: parts.trustedProxies,
    onRefused: () => parts.onRefused("too_many_connections"),
  });
  return server;
}

function requestListener<Message extends MessageClass>(parts: ListenerParts<Message>) {
  const factsOf = new WeakMap<object, RequestFacts>();
  const toApp = getRequestListener(
    (request, { incoming }) => {
      const facts = factsOf.get(incoming);
      if (facts === undefined) throw new Error("a request that no listener has taken in");
      return parts.app.fetch(request, facts);
    },
    { errorHandler: () => unreadable(parts) },
  );
  return (request: InstanceType<Message>, response: ServerResponse): void => {
    if (parts.isStopping()) response.setHeader("connection", "close");
    if (parts.hotRoutes(request, response)) return;
    const { rawHeaders, httpVersion, socket, url = "" } = request;
    const requestId = requestIdOf(rawHeaders, parts.random);
    try {
      request.url = guardedTarget({ rawHeaders, httpVersion, target: url });
    } catch (error) {
      parts.onRefused("guarded");
      sendProblem(parts.publicUrl, response, requestId, error);
      return;
    }
    // A target in absolute form has become one that the hot routes may know.
    if (request.url !== url && parts.hotRoutes(request, response)) return;
    const cut = () => socket.destroy();
    // Whatever the client wrote there, no URL or link is made of it (T67).
    request.headers.host = "keyward";
    const peer = parts.peerOf?.(request) ?? socket.remoteAddress ?? "";
    factsOf.set(request, { rawHeaders, peer, requestId, cut });
    void toApp(request, response);
  };
}

/** The app never rejects, so this is a target that no URL can be made of, such as one with a backslash. */
function unreadable({ random, publicUrl, onRefused }: RefusalParts): Response {
  onRefused("malformed_request");
  const requestId = requestIdOf([], random);
  const problem = problemOf("malformed_request", { requestId, publicUrl });
  const headers = refusalHeaders(requestId);
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

function refusalHeaders(requestId: string) {
  return {
    ...API_HEADERS,
    "content-type": PROBLEM_MEDIA_TYPE,
    "keyward-request-id": requestId,
    connection: "close",
  };
}

/** The connection ends with it: what could be read in two ways may be followed by more of its kind (T28). */
function sendProblem(
  publicUrl: string | undefined,
  response: ServerResponse,
  requestId: string,
  error: unknown,
): void {
  const { headers, problem } = problemAnswer(error, { requestId, publicUrl });
  const body = Buffer.from(JSON.stringify(problem));
  response.writeHead(problem.status, {
    ...API_HEADERS,
    ...headers,
    "keyward-request-id": requestId,
    "content-length": body.length,
    connection: "close",
  });
  response.end(body);
}

type RefusalParts = Pick<ListenerParts, "random" | "publicUrl" | "onRefused">;

/** For the answer to be read. */
const LINGER_MS = 500;

interface ClientError extends Error {
  readonly code?: string;
}

/** Answers what was not understood as HTTP, and closes (T28): there is no telling where a next request would begin. */
function refuseBytes(parts: RefusalParts, error: ClientError, socket: Duplex): void {
  const code = transportFailureOf(error);
  parts.onRefused(code);
  // The peer is gone, or an answer is under way that must not be mixed with another.
  if (!socket.writable || error.code === "ECONNRESET" || hasAnswerUnderWay(socket)) {
    socket.destroy();
    return;
  }
  answerAndClose(parts, code, socket);
}

/** A tunnel is nothing that is offered. Node has let go of the socket, and its errors would be nobody's. */
function refuse(parts: RefusalParts, code: TransportFailureCode, socket: Duplex): void {
  parts.onRefused(code);
  socket.on("error", () => socket.destroy());
  answerAndClose(parts, code, socket);
}

/** RFC 9110 §10.1.1. */
function refuseExpectation(parts: RefusalParts, response: ServerResponse): void {
  parts.onRefused("expectation_failed");
  const { random, publicUrl } = parts;
  const requestId = requestIdOf([], random);
  const problem = problemOf("expectation_failed", { requestId, publicUrl });
  response.writeHead(problem.status, refusalHeaders(requestId)).end(JSON.stringify(problem));
}

function answerAndClose(parts: RefusalParts, code: TransportFailureCode, socket: Duplex): void {
  const requestId = requestIdOf([], parts.random);
  const problem = problemOf(code, { requestId, publicUrl: parts.publicUrl });
  socket.end(rawResponse(problem.status, requestId, JSON.stringify(problem)));
  // Half a connection is a connection still, for whoever does not close the other half.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function transportFailureOf({ code }: ClientError): TransportFailureCode {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "request_timeout";
    case "HPE_HEADER_OVERFLOW":
      return "headers_too_large";
    default:
      return "malformed_request";
  }
}

/** Node keeps the response of a socket there; it is not part of the type of a stream. */
function hasAnswerUnderWay(socket: Duplex): boolean {
  const { _httpMessage: message } = socket as { readonly _httpMessage?: ServerResponse | null };
  return message?.headersSent === true;
}

function rawResponse(status: number, requestId: string, body: string): string {
  const headers = {
    ...refusalHeaders(requestId),
    "content-length": Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n");
}
