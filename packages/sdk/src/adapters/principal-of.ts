// Whose key a request came with, kept beside the framework's object for it: no type of the framework has to be widened.
import type { Principal } from "../client/operations.generated.ts";

const principals = new WeakMap<object, Principal>();

/** For adapters: only of a request that was allowed. */
export function setPrincipal(request: object, principal: Principal): void {
  principals.set(request, principal);
}

/**
 * Whose key the request came with.
 *
 * @param request the object that the framework gave to the handler; with Hono its context
 * @throws Error when no guard of Keyward has allowed the request, so that a route without one is noticed
 */
export function principalOf(request: object): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error("no guard of Keyward has allowed this request");
  return principal;
}
