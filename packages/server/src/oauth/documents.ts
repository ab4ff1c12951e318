// What stands at fixed addresses for anyone to read: metadata of issuers, their public keys, and what a resource asks for.
import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Issuer } from "./issuers.ts";
import { sendJson } from "./json-answer.ts";
import { metadataOf } from "./metadata.ts";
import { unavailable } from "./oauth-error.ts";
import type { OAuthParts } from "./oauth-parts.ts";
import { describeResource } from "./protected-resource.ts";

const MAX_AGE_SECONDS = 300;

const JWKS_PATH = /^\/oauth((?:\/[^/]+){0,2})\/jwks$/;
const INSERTED_PATH =
  /^\/\.well-known\/(?:oauth-authorization-server|openid-configuration)(?:\/oauth((?:\/[^/]+){1,2}))?$/;
const APPENDED_PATH = /^\/oauth((?:\/[^/]+){1,2})\/\.well-known\/openid-configuration$/;
const RESOURCE_PATH = /^\/oauth((?:\/[^/]+){0,2})\/resources\/([^/]+)$/;

type Document = (parts: OAuthParts, issuer: Issuer, name: string) => Awaitable<object | undefined>;
type Awaitable<Value> = Value | Promise<Value>;

/** In each path the issuer, and then a name. */
const DOCUMENTS: readonly (readonly [path: RegExp, document: Document])[] = [
  [INSERTED_PATH, metadataOf],
  [APPENDED_PATH, metadataOf],
  [JWKS_PATH, ({ signingKeys }, issuer) => ({ keys: signingKeys.publicKeys(issuer) })],
  [RESOURCE_PATH, describeResource],
];

/** False where no document could be: then somebody else answers. */
export function answerDocument(
  parts: OAuthParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  for (const [pattern, document] of DOCUMENTS) {
    const found = pattern.exec(path);
    const issuer = found === null ? undefined : parts.issuers.at(found[1] ?? "");
    if (found === null || issuer === undefined) continue;
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendJson(response, 405, {}, { allow: "GET, HEAD" });
      return true;
    }
    Promise.resolve(document(parts, issuer, found[2] ?? ""))
      .then((body) => answer(body, request, response))
      .catch((error: unknown) => {
        parts.log.failed(error);
        const { status, code, headers } = unavailable();
        sendJson(response, status, { error: code }, headers);
      });
    return true;
  }
  return false;
}

function answer(
  body: object | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (body === undefined) return sendJson(response, 404, { error: "not_found" });
  const etag = `"${hash("sha256", JSON.stringify(body), "base64url")}"`;
  const headers = { "cache-control": `max-age=${MAX_AGE_SECONDS}`, etag };
  if (request.headers["if-none-match"] !== etag) return sendJson(response, 200, body, headers);
  response.writeHead(304, headers);
  response.end();
}
