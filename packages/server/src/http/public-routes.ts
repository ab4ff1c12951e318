import { LIVENESS_BODY, readinessAnswer } from "../runtime/health.ts";
import type { Health } from "../runtime/health.ts";

/**
 * The only paths outside the contract, all GET and all without a credential: health, the contract itself and its
 * documentation. A path that is not here cannot be served without a management key.
 */
export type PublicPath = "/" | "/livez" | "/readyz";

export type PublicRoutes = Readonly<Record<PublicPath, () => Response>>;

export interface PublicRouteParts {
  readonly health: Health;
  readonly publicUrl: string | undefined;
}

export function createPublicRoutes({ health }: PublicRouteParts): PublicRoutes {
  return {
    "/": () => new Response(null, { status: 302, headers: { location: "/docs" } }),
    "/livez": () => json(LIVENESS_BODY),
    "/readyz": () => {
      const { status, body } = readinessAnswer(health.readiness());
      return json(body, status);
    },
  };
}

function json(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}
