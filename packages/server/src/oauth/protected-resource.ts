// What an api says of itself to clients that look for an authorization server (RFC 9728 §2).
import { MANAGEMENT_BRAND } from "@keyward/core/key/brand";
import { PROOF_ALGORITHMS } from "@keyward/core/token/algorithm";
import { tenantScope } from "../storage/storage.ts";
import type { Issuer } from "./issuers.ts";
import type { OAuthParts } from "./oauth-parts.ts";

/** @returns `undefined` where there is no such api: Keyward itself is managed with keys, not with tokens */
export async function describeResource(
  { certificateHeaders, issuers, storage }: OAuthParts,
  issuer: Issuer,
  prefix: string,
): Promise<object | undefined> {
  if (prefix === MANAGEMENT_BRAND) return undefined;
  const scope = tenantScope(issuer.workspaceId);
  const api = (await storage.reader.findApiByPrefix(scope, prefix))?.value;
  if (api === undefined) return undefined;
  const scopes = api.scopes.map(({ name }) => name);
  return {
    resource: api.audience,
    resource_name: api.name,
    authorization_servers: [issuers.urlOf(issuer)],
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ["header"],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    ...(certificateHeaders !== undefined && { tls_client_certificate_bound_access_tokens: true }),
  };
}
