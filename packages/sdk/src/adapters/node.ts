// `@keyward/sdk/adapters/node`: guards a handler of `node:http`.
import type { Principal } from "../client/operations.generated.ts";
import { admit } from "./admit.ts";
import type { Authenticator, Needs } from "./authenticator.ts";
import { factsOfNode, sendRefusal, setFields } from "./node-http.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";
import { setPrincipal } from "./principal-of.ts";

/**
 * Wraps a handler, which is called for allowed requests alone. What the handler throws is its own: the wrapper rejects with it.
 *
 * @example createServer(guardNode(keyward, { scopes: ["invoices:read"] }, (request, response, principal) => …))
 */
export function guardNode<
  Scopes extends string,
  Request extends NodeRequest,
  Response extends NodeResponse,
>(
  authenticator: Authenticator<Scopes>,
  needs: Needs<NoInfer<Scopes>>,
  handler: (request: Request, response: Response, principal: Principal) => unknown,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const admission = await admit(authenticator, needs, () => factsOfNode(request));
    if (admission.outcome === "refused") return sendRefusal(response, admission);
    setPrincipal(request, admission.principal);
    setFields(response, admission.headers);
    await handler(request, response, admission.principal);
  };
}
