// What a worker does not answer itself goes to the authority and comes back, as it is.
import { Agent, request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { OperationError } from "@keyward/core/failure/failures";

/** In it a worker says where a request came from. Believed on the private socket alone; a client's own is taken away. */
const PEER = "x-keyward-peer";
/** RFC 9110 §7.6.1, and what this side has answered already. How the body is framed stays as it is. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "upgrade",
  "expect",
]);

export interface ForwardParts {
  readonly socketPath: string;
  /** What becomes of a request's headers on the way, where it is traced. */
  readonly carried?: ((rawHeaders: readonly string[]) => readonly string[]) | undefined;
  /** Answers with what was thrown, as a problem. */
  readonly answerProblem: (
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
  ) => void;
}

/** @param body where it has been read already */
export type Forward = (request: IncomingMessage, response: ServerResponse, body?: Buffer) => void;

export function createForward({ socketPath, answerProblem, carried }: ForwardParts): Forward {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  return (request, response, body) => {
    const { method = "GET", url = "/" } = request;
    const own = passedOn(request.rawHeaders);
    const headers = [...(carried?.(own) ?? own), PEER, request.socket.remoteAddress ?? ""];
    const asked = httpRequest({ socketPath, agent, method, path: url, headers });
    const fail = (cause: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      const detail = "The process that manages keys does not answer";
      answerProblem(request, response, new OperationError("unavailable", { detail, cause }));
    };
    asked.on("error", fail);
    asked.on("response", (answer) => {
      const isLast = answer.headers.connection === "close";
      const closing = isLast ? ["connection", "close"] : [];
      response.writeHead(answer.statusCode ?? 502, [...passedOn(answer.rawHeaders), ...closing]);
      pipeline(answer, response, () => undefined);
      // Whoever hangs up ends the question, and a stream that is cut off ends its reader's connection.
      answer.on("error", () => response.destroy());
    });
    response.on("close", () => {
      if (!response.writableFinished) asked.destroy();
    });
    if (body === undefined) request.pipe(asked);
    else asked.end(body);
  };
}

/** The address of the client of a request that a worker has forwarded. */
export function forwardedPeer({ headers }: IncomingMessage): string {
  const peer = headers[PEER];
  return typeof peer === "string" ? peer : "";
}

function passedOn(rawHeaders: readonly string[]): string[] {
  const passed: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const lowerName = name.toLowerCase();
    if (lowerName === PEER || HOP_BY_HOP.has(lowerName)) continue;
    passed.push(name, rawHeaders[index + 1] ?? "");
  }
  return passed;
}
