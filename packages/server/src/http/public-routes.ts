/**
 * The only paths outside the contract, all GET and all without a credential: health, the contract itself and its
 * documentation. A path that is not here cannot be served without a management key.
 */
export type PublicPath =
  | "/"
  | "/livez"
  | "/readyz"
  | "/openapi.json"
  | "/docs"
  | "/docs/errors"
  | "/docs/docs.css";

export type PublicRoutes = Readonly<Record<PublicPath, () => Response>>;
