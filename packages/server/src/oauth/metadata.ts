// What an issuer says of itself (RFC 8414 §2).
import { TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import { ASSERTION_ALGORITHMS } from "./assertion.ts";
import { GRANTS } from "./grants.ts";
import type { Issuer, Issuers } from "./issuers.ts";

const METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"] as const;
const ENDPOINTS = ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] as const;

export function metadataOf(issuers: Issuers, issuer: Issuer): object {
  const { workspaceId } = issuer;
  return {
    issuer: issuers.urlOf(issuer),
    token_endpoint: issuers.endpointOf(workspaceId, "token"),
    introspection_endpoint: issuers.endpointOf(workspaceId, "introspect"),
    revocation_endpoint: issuers.endpointOf(workspaceId, "revoke"),
    jwks_uri: issuers.jwksOf(issuer),
    response_types_supported: [],
    grant_types_supported: Object.keys(GRANTS),
    ...Object.fromEntries(
      ENDPOINTS.flatMap((endpoint) => [
        [`${endpoint}_auth_methods_supported`, METHODS],
        [`${endpoint}_auth_signing_alg_values_supported`, ASSERTION_ALGORITHMS],
      ]),
    ),
    access_token_signing_alg_values_supported: TOKEN_ALGORITHMS,
  };
}
