// The routes that decide. They stand on node:http in front of everything else, because they are asked the most.
import type { ServerResponse } from "node:http";
import type { BodyMessage } from "./body-message.ts";
import { handleNginx, NGINX_PATH } from "./ext-auth/nginx.ts";
import { handleVerify } from "./verify-route.ts";
import type { VerifyParts } from "./verify-route.ts";

/** Answers true when the path is one of its own: then the request is, or will be, answered. */
export type VerifyRoutes = (request: BodyMessage, response: ServerResponse) => boolean;

/** For a server that was created with `IncomingMessage: BodyMessage`. */
export function createVerifyRoutes(parts: VerifyParts): VerifyRoutes {
  return (request, response) => {
    const { url = "" } = request;
    switch (pathOf(url)) {
      case "/v1/verify":
        handleVerify(parts, "verify", request, response);
        return true;
      case "/v1/verify/batch":
        handleVerify(parts, "verify.batch", request, response);
        return true;
      default:
        if (!isUnder(NGINX_PATH, url)) return false;
        handleNginx(parts, request, response);
        return true;
    }
  };
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}

function isUnder(path: string, url: string): boolean {
  if (!url.startsWith(path)) return false;
  const next = url.charAt(path.length);
  return next === "" || next === "/" || next === "?";
}
