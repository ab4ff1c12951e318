// `@keyward/sdk/adapters/express`: guards routes of Express 5, and of whatever else takes Connect's middleware.
import { admit } from "./admit.ts";
import type { Authenticator, Needs } from "./authenticator.ts";
import { factsOfNode, sendRefusal, setFields } from "./node-http.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";
import { setPrincipal } from "./principal-of.ts";

export { principalOf } from "./principal-of.ts";

/**
 * Middleware for an app, a router or one route. It answers what it refuses and calls `next` for allowed requests alone, never
 * with an error. Handlers find whose key it was with `principalOf(request)`.
 *
 * @example app.get("/invoices", guardExpress(keyward, { scopes: ["invoices:read"] }), (request, response) => …)
 */
export function guardExpress<Scopes extends string>(
  authenticator: Authenticator<Scopes>,
  needs: Needs<NoInfer<Scopes>> = {},
): (request: NodeRequest, response: NodeResponse, next: () => void) => Promise<void> {
  return async (request, response, next) => {
    const admission = await admit(authenticator, needs, () => factsOfNode(request));
    if (admission.outcome === "refused") return sendRefusal(response, admission);
    setPrincipal(request, admission.principal);
    setFields(response, admission.headers);
    next();
  };
}
