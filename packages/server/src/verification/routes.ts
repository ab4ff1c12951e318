// The routes that decide. They stand on node:http in front of everything else, because they are asked the most.
import type { ServerResponse } from "node:http";
import type { BodyMessage } from "./body-message.ts";
import { handleGateway } from "./ext-auth/gateway-route.ts";
import { findGatewayRoute } from "./ext-auth/gateways.ts";
import { handleVerify } from "./verify-route.ts";
import type { VerifyParts } from "./verify-route.ts";

/** Answers true when the path is one of its own: then the request is, or will be, answered. */
export type VerifyRoutes = (request: BodyMessage, response: ServerResponse) => boolean;

/**
 * For a server that was created with `IncomingMessage: BodyMessage`. The routes guard themselves against requests that can
 * be read in two ways, so they may be asked before anything else is.
 */
export function createVerifyRoutes(parts: VerifyParts): VerifyRoutes {
  return (request, response) => {
    const path = pathOf(request.url ?? "");
    switch (path) {
      case "/v1/verify":
        handleVerify(parts, "verify", request, response);
        return true;
      case "/v1/verify/batch":
        handleVerify(parts, "verify.batch", request, response);
        return true;
      default: {
        const route = findGatewayRoute(path);
        if (route === undefined) return false;
        handleGateway(parts, route, request, response);
        return true;
      }
    }
  };
}

function pathOf(target: string): string {
  // RFC 9112 §3.2.2: a server accepts the absolute form, too.
  if (!target.startsWith("/")) return URL.parse(target)?.pathname ?? "";
  const end = target.indexOf("?");
  return end === -1 ? target : target.slice(0, end);
}
