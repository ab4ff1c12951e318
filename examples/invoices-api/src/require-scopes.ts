import { getConnInfo } from "@hono/node-server/conninfo";
import type { Guard } from "@keyward/sdk/adapters/fetch";
import type { Principal } from "@keyward/sdk/client/operations.generated";
import { createMiddleware } from "hono/factory";

export interface Env {
  readonly Variables: { readonly principal: Principal };
}

/** Lets a request through to its handler only with a key that has the scopes. */
export function requireScopes(guard: Guard, ...scopes: readonly string[]) {
  return createMiddleware<Env>(async (context, next) => {
    const ip = getConnInfo(context).remote.address;
    const result = await guard(context.req.raw, { scopes, ip });
    if (result.outcome === "refused") return result.response;
    context.set("principal", result.principal);
    await next();
    return undefined;
  });
}
