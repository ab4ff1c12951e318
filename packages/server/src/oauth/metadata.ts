// What an issuer says of itself (RFC 8414 §2).
import { PROOF_ALGORITHMS, TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import { ASSERTION_ALGORITHMS } from "./assertion.ts";
import type { CertificateHeaders } from "./client-certificate.ts";
import { GRANTS } from "./grants.ts";
import { LOGIN_GRANTS } from "./logins.ts";
import type { Issuer } from "./issuers.ts";
import type { OAuthParts } from "./oauth-parts.ts";

const METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"] as const;
const ENDPOINTS = ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] as const;

/** The command line has no secret, and asks for nothing but tokens. */
function withNone(endpoint: (typeof ENDPOINTS)[number], methods: readonly string[]) {
  return endpoint === "token_endpoint" ? [...methods, "none"] : methods;
}

export function metadataOf({ issuers, certificateHeaders }: OAuthParts, issuer: Issuer): object {
  const { workspaceId } = issuer;
  const methods = methodsOf(certificateHeaders);
  return {
    issuer: issuers.urlOf(issuer),
    token_endpoint: issuers.endpointOf(workspaceId, "token"),
    introspection_endpoint: issuers.endpointOf(workspaceId, "introspect"),
    revocation_endpoint: issuers.endpointOf(workspaceId, "revoke"),
    jwks_uri: issuers.jwksOf(issuer),
    authorization_endpoint: issuers.pageOf("authorize"),
    device_authorization_endpoint: issuers.endpointOf(workspaceId, "device_authorization"),
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
    grant_types_supported: [...Object.keys(GRANTS), ...Object.keys(LOGIN_GRANTS)],
    ...Object.fromEntries(
      ENDPOINTS.flatMap((endpoint) => [
        [`${endpoint}_auth_methods_supported`, withNone(endpoint, methods)],
        [`${endpoint}_auth_signing_alg_values_supported`, ASSERTION_ALGORITHMS],
      ]),
    ),
    access_token_signing_alg_values_supported: TOKEN_ALGORITHMS,
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    ...(certificateHeaders !== undefined && { tls_client_certificate_bound_access_tokens: true }),
  };
}

/** Names in certificates count only where the proxy says whose authority has vouched for them. */
function methodsOf(headers: CertificateHeaders | undefined): readonly string[] {
  if (headers === undefined) return METHODS;
  const named = headers.verified === undefined ? [] : ["tls_client_auth"];
  return [...METHODS, ...named, "self_signed_tls_client_auth"];
}
