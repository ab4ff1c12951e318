import { errorsPage } from "./docs/errors-page.ts";
import { referencePage } from "./docs/reference-page.ts";
import { DOCS_CSS } from "./docs/style.ts";
import { LIVENESS_BODY, readinessAnswer } from "../runtime/health.ts";
import type { Health } from "../runtime/health.ts";
import { openApiDocument } from "./openapi.ts";
import { PAGE_HEADERS } from "./security-headers.ts";

/**
 * The paths outside the contract, all GET and all without a credential: health, the contract itself and its documentation.
 * Beside them there are only the dashboard's files; nothing else is served without a management key.
 */
export type PublicPath =
  | "/livez"
  | "/readyz"
  | "/openapi.json"
  | "/docs"
  | "/docs/errors"
  | "/docs/docs.css";

export type PublicRoutes = Readonly<Record<PublicPath, () => Response>>;

export interface PublicRouteParts {
  readonly health: Health;
  readonly version: string;
  readonly publicUrl: string | undefined;
}

export function createPublicRoutes(parts: PublicRouteParts): PublicRoutes {
  const { health } = parts;
  // Made at the first request: a start must not wait for them.
  const document = once(() => openApiDocument(parts));
  const documentText = once(() => JSON.stringify(document()));
  const reference = once(() => referencePage(document()));
  const errors = once(errorsPage);
  return {
    "/livez": () => json(LIVENESS_BODY),
    "/readyz": () => {
      const { status, body } = readinessAnswer(health);
      return json(body, status);
    },
    "/openapi.json": () => json(documentText()),
    "/docs": () => html(reference()),
    "/docs/errors": () => html(errors()),
    "/docs/docs.css": () => text(DOCS_CSS, "text/css; charset=utf-8"),
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function json(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}

function html(body: string): Response {
  return new Response(body, {
    headers: { ...PAGE_HEADERS, "content-type": "text/html; charset=utf-8" },
  });
}

function text(body: string, type: string): Response {
  return new Response(body, { headers: { "content-type": type } });
}
