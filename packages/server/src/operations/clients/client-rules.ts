// What a client may be: its resources, its profile, and that it can authenticate at all.
import { OperationError } from "@keyward/core/failure/failures";
import type { ClientId } from "@keyward/core/id";
import type { Client, ClientResource } from "@keyward/core/model/client";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import type { Reader, Versioned } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";
import { assertInCatalogue } from "../grants.ts";
import { invalid } from "../invalid.ts";
import { resolveApi } from "../resolve.ts";

/** @param id `undefined` for text that is no id: answered like an id that is not there */
export async function readClient(
  call: Call,
  reader: Reader,
  id: ClientId | undefined,
): Promise<Versioned<Client>> {
  return found(id && (await reader.findClient(call.caller.scope, id)), "client");
}

/** @throws OperationError `client_revoked` */
export function assertNotRevoked(client: Client): void {
  if (client.state === "revoked") throw new OperationError("client_revoked");
}

/**
 * Apis by reference, each once, and no two that a token could not tell apart.
 *
 * @throws OperationError `invalid_request`, pointing at the resource that cannot be
 */
export async function resolveResources(
  call: Call,
  reader: Reader,
  given: readonly { readonly api: string; readonly scopes: readonly ScopeGrant[] }[],
): Promise<readonly ClientResource[]> {
  const audiences = new Set<string>();
  const resources: ClientResource[] = [];
  for (const [index, { api: reference, scopes }] of given.entries()) {
    const { value: api } = await resolveApi(reader, call.caller.scope, reference);
    const pointer = `/resources/${index}/api`;
    if (api.builtIn) {
      throw invalid(pointer, "not_for_clients", "Keyward is managed with keys, not with tokens");
    }
    if (audiences.has(api.audience)) {
      throw invalid(pointer, "same_audience", "Another of its resources has the same audience");
    }
    audiences.add(api.audience);
    assertInCatalogue(api, scopes);
    resources.push({ apiId: api.id, scopes });
  }
  return resources;
}

/** @throws OperationError `invalid_request` for what the FAPI 2.0 Security Profile §5.3.2.1 forbids */
export function assertProfile(client: Client): void {
  if (client.profile !== "fapi2") return;
  if (client.senderConstraint === "none") {
    const detail = "A fapi2 client's tokens are bound to their sender: dpop or mtls";
    throw invalid("/sender_constraint", "not_in_profile", detail);
  }
  if (client.secrets.length > 0) {
    throw invalid(
      "/profile",
      "not_in_profile",
      "A fapi2 client has keys or a certificate, no secret",
    );
  }
  if (client.legacyAssertionAudience) {
    const detail = "A fapi2 client names the issuer as the audience of its assertions";
    throw invalid("/legacy_assertion_audience", "not_in_profile", detail);
  }
}
