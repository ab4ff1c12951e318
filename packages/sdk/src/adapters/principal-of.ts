// Whose key a request came with, kept on the framework's object for it under a name that nobody else has: no type of the
// framework has to be widened. A `WeakMap` would do as well, and cost the collector more than the decision did.
import type { Principal } from "../client/operations.generated.ts";

const PRINCIPAL = Symbol("Keyward principal");

interface Marked {
  [PRINCIPAL]?: Principal;
}

/** For adapters: only of a request that was allowed. */
export function setPrincipal(request: object, principal: Principal): void {
  (request as Marked)[PRINCIPAL] = principal;
}

/**
 * Whose key the request came with.
 *
 * @param request the object that the framework gave to the handler; with Hono its context
 * @throws Error when no guard of Keyward has allowed the request, so that a route without one is noticed
 */
export function principalOf(request: object): Principal {
  const principal = (request as Marked)[PRINCIPAL];
  if (principal === undefined) throw new Error("no guard of Keyward has allowed this request");
  return principal;
}
