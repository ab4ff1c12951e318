// `@keyward/sdk/adapters/hono`: guards routes of Hono, on any runtime.
import type { Principal } from "../client/operations.generated.ts";
import { admit } from "./admit.ts";
import type { Authenticator, Needs } from "./authenticator.ts";
import { factsOfNode } from "./node-http.ts";
import type { NodeRequest } from "./node-http.ts";
import { setPrincipal } from "./principal-of.ts";
import { responseOf } from "./response-of.ts";
import { factsOfRequest } from "./request-facts.ts";

export { principalOf } from "./principal-of.ts";

/** What the guard sets: `new Hono<{ Variables: KeywardVariables }>()`, and `context.var.principal` is whose key it was. */
export interface KeywardVariables {
  principal: Principal;
}

/** What is read of a Hono `Context`, and written to it. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  /** What the runtime gives along with the request. */
  readonly env?: unknown;
  set(name: "principal", principal: Principal): void;
  header(name: string, value: string): void;
}

export interface HonoNeeds<
  Scopes extends string = string,
  Context = HonoContext,
> extends Needs<Scopes> {
  /**
   * The address at the other end of the connection. `@hono/node-server` tells it by itself; elsewhere, keys that are bound to
   * addresses are refused without this.
   */
  readonly peer?: ((context: Context) => string | undefined) | undefined;
}

/**
 * Middleware for a path or one route. It answers what it refuses and goes on for allowed requests alone.
 *
 * @example app.get("/invoices", guardHono(keyward, { scopes: ["invoices:read"] }), (context) => …)
 */
export function guardHono<Scopes extends string, Context extends HonoContext = HonoContext>(
  authenticator: Authenticator<Scopes>,
  needs: HonoNeeds<NoInfer<Scopes>, Context> = {},
): (context: Context, next: () => Promise<void>) => Promise<Response | undefined> {
  const { peer } = needs;
  return async (context, next) => {
    const admission = await admit(authenticator, needs, () => {
      const incoming = incomingOf(context);
      if (incoming === undefined) return factsOfRequest(context.req.raw, peer?.(context));
      const facts = factsOfNode(incoming);
      return peer === undefined ? facts : { ...facts, peer: peer(context) };
    });
    if (admission.outcome === "refused") return responseOf(admission);
    setPrincipal(context, admission.principal);
    context.set("principal", admission.principal);
    await next();
    // Of whatever was answered: what is set before, a handler's own `Response` does not get.
    for (const [name, value] of Object.entries(admission.headers ?? {})) {
      context.header(name, value);
    }
    return undefined;
  };
}

/** What `@hono/node-server` made the request of. It says more than the `Request`, which costs as much to make as a decision. */
function incomingOf({ env }: HonoContext): NodeRequest | undefined {
  const { incoming } = (env ?? {}) as { readonly incoming?: Partial<NodeRequest> };
  return incoming?.rawHeaders === undefined ? undefined : (incoming as NodeRequest);
}
