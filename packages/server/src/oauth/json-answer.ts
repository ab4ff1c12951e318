import type { ServerResponse } from "node:http";
import { API_HEADERS } from "../http/security-headers.ts";

/** RFC 6749 §5.1: nobody keeps it, unless the headers say otherwise. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...API_HEADERS,
    pragma: "no-cache",
    "content-type": "application/json",
    ...headers,
    "content-length": Buffer.byteLength(text),
  });
  response.end(response.req.method === "HEAD" ? undefined : text);
}
