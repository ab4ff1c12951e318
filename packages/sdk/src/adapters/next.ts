// `@keyward/sdk/adapters/next`: guards route handlers of Next's App Router.
import type { Principal } from "../client/operations.generated.ts";
import { admit } from "./admit.ts";
import type { Authenticator, Needs } from "./authenticator.ts";
import { setPrincipal } from "./principal-of.ts";
import { responseOf, withFields } from "./response-of.ts";
import { factsOfRequest } from "./request-facts.ts";

export interface NextNeeds<Scopes extends string, Request> extends Needs<Scopes> {
  /**
   * The address at the other end of the connection, as far as you trust what told you: Next does not say it. Without it, keys
   * that are bound to addresses are refused.
   */
  readonly peer?: ((request: Request) => string | undefined) | undefined;
}

/**
 * Wraps a route handler, which is called for allowed requests alone. It stands around the handler and not in a middleware,
 * because a request that gets past the middleware must still not get in (T39).
 *
 * @example export const GET = guardNext(keyward, { scopes: ["invoices:read"] }, async (request, context, principal) => …)
 */
export function guardNext<
  Scopes extends string,
  NextRequest extends Request = Request,
  Context = unknown,
>(
  authenticator: Authenticator<Scopes>,
  needs: NextNeeds<NoInfer<Scopes>, NextRequest>,
  handler: (
    request: NextRequest,
    context: Context,
    principal: Principal,
  ) => Response | Promise<Response>,
): (request: NextRequest, context: Context) => Promise<Response> {
  return async (request, context) => {
    const admission = await admit(authenticator, needs, () =>
      factsOfRequest(request, needs.peer?.(request)),
    );
    if (admission.outcome === "refused") return responseOf(admission);
    setPrincipal(request, admission.principal);
    const response = await handler(request, context, admission.principal);
    return withFields(response, admission.headers);
  };
}
