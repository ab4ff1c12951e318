// What the adapters for `node:http` and for the frameworks on it share. Structural, so that none of them is imported.
import type { Refusal } from "@keyward/core/http/refusal";
import type { RequestFacts } from "./request-facts.ts";

/** What is read of an `IncomingMessage`. */
export interface NodeRequest {
  readonly rawHeaders: readonly string[];
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly socket: {
    readonly remoteAddress?: string | undefined;
    /** Of a `TLSSocket`: the certificate that the client has shown. */
    getPeerX509Certificate?(): { readonly fingerprint256: string } | undefined;
  };
}

/** What a refusal needs of a `ServerResponse`. */
export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
  destroy(): unknown;
}

export function factsOfNode(request: NodeRequest): RequestFacts {
  return {
    rawHeaders: request.rawHeaders,
    method: request.method ?? "",
    path: sentPath(request),
    peer: request.socket.remoteAddress,
    certificate: request.socket.getPeerX509Certificate?.()?.fingerprint256,
    request,
  };
}

/** Connect, Express and Fastify keep here what was sent when they cut a mount path off `url`. */
function sentPath(request: NodeRequest & { readonly originalUrl?: unknown }): string {
  return typeof request.originalUrl === "string" ? request.originalUrl : (request.url ?? "");
}

/** Where an answer has already begun, it goes on without them: whoever was allowed must not be refused for that. */
export function setFields(
  response: Pick<NodeResponse, "setHeader">,
  fields: Readonly<Record<string, string>> = {},
): void {
  try {
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
  } catch {
    // The head has left.
  }
}

/** Headers that others have set, such as those of CORS, stay. Where nothing can be answered any more, the connection ends. */
export function sendRefusal(response: NodeResponse, { status, headers, body }: Refusal): void {
  try {
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(body);
  } catch {
    response.destroy();
  }
}
