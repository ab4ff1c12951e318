// What an issuer says of itself (RFC 8414 §2).
import type { WorkspaceId } from "@keyward/core/id";
import { MANAGEMENT_BRAND } from "@keyward/core/key/brand";
import { PROOF_ALGORITHMS, TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import { LIST_LIMIT_MAX } from "../contract/limits.ts";
import { tenantScope } from "../storage/storage.ts";
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

export async function metadataOf(
  { issuers, certificateHeaders, storage }: OAuthParts,
  issuer: Issuer,
): Promise<object> {
  const { workspaceId } = issuer;
  const methods = methodsOf(certificateHeaders);
  const endpoints = {
    token_endpoint: issuers.endpointOf(workspaceId, "token"),
    introspection_endpoint: issuers.endpointOf(workspaceId, "introspect"),
    revocation_endpoint: issuers.endpointOf(workspaceId, "revoke"),
    device_authorization_endpoint: issuers.endpointOf(workspaceId, "device_authorization"),
  };
  return {
    issuer: issuers.urlOf(issuer),
    ...endpoints,
    jwks_uri: issuers.jwksOf(issuer),
    authorization_endpoint: issuers.pageOf("authorize"),
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
    ...(certificateHeaders !== undefined && {
      tls_client_certificate_bound_access_tokens: true,
      // RFC 8705 §5: the proxy asks for certificates at the same addresses.
      mtls_endpoint_aliases: endpoints,
    }),
    ...(await resourcesOf(storage, workspaceId)),
  };
}

/**
 * RFC 9728 §4: the apis that tokens are for. Of a workspace with more than one page of them, the newest; every api is found
 * at an address of its own as well.
 */
async function resourcesOf(storage: OAuthParts["storage"], workspaceId: WorkspaceId) {
  const page = { limit: LIST_LIMIT_MAX, after: null };
  const { items } = await storage.reader.listApis(tenantScope(workspaceId), page);
  const apis = items.map(({ value }) => value).filter(({ prefix }) => prefix !== MANAGEMENT_BRAND);
  const resources = [...new Set(apis.map(({ audience }) => audience))].sort();
  return resources.length > 0 && { protected_resources: resources };
}

/** Names in certificates count only where the proxy says whose authority has vouched for them. */
function methodsOf(headers: CertificateHeaders | undefined): readonly string[] {
  if (headers === undefined) return METHODS;
  const named = headers.verified === undefined ? [] : ["tls_client_auth"];
  return [...METHODS, ...named, "self_signed_tls_client_auth"];
}
