import type { ApiId, CredentialId, KeyId, OwnerId, WorkspaceId } from "@keyward/core/id";
import { parseId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import type { Limit } from "@keyward/core/limit/limit";
import { NO_LIMITS } from "./limit-set.ts";
import { PackedKey } from "./packed-key.ts";
import type { Tables } from "./tables.ts";

/** What limits a credential, whichever of its secrets or tokens is presented. */
export interface CredentialLimits {
  readonly workspaceId: WorkspaceId;
  readonly keyId: CredentialId;
  readonly ownerId: OwnerId;
  readonly apiId: ApiId;
  readonly environment: Environment;
  readonly limits: readonly Limit[];
  readonly ownerLimits: readonly Limit[];
  readonly apiLimits: readonly Limit[];
}

/** Of which credential. A key belongs to one api; of a client it is the first if left out. */
export interface LimitsOf extends Pick<CredentialLimits, "workspaceId" | "keyId"> {
  readonly apiId?: ApiId | undefined;
}

/**
 * Of a key, or of a client that may use the api; `undefined` when there is none in the workspace. A key without a secret is
 * none, since nothing opens it.
 */
export function findLimits(
  tables: Tables,
  { workspaceId, apiId, keyId }: LimitsOf,
): CredentialLimits | undefined {
  const id = parseId("key", keyId);
  const found = id === undefined ? ofClient(tables, keyId, apiId) : ofKey(tables, id);
  if (found?.workspaceId !== workspaceId) return undefined;
  return apiId === undefined || found.apiId === apiId ? found : undefined;
}

function ofKey(tables: Tables, keyId: KeyId): CredentialLimits | undefined {
  const keyRow = tables.keys.find(keyId);
  const secretRow = keyRow === 0 ? 0 : tables.keys.firstSecretRowOf(keyRow);
  if (secretRow === 0) return undefined;
  const api = tables.apis.at(tables.secrets.apiRowOf(secretRow));
  if (api.prefix === undefined) return undefined;
  const key = new PackedKey(tables, secretRow, api, api.prefix);
  const { workspaceId, ownerId, apiId, environment, limits, ownerLimits, apiLimits } = key;
  return { workspaceId, keyId, ownerId, apiId, environment, limits, ownerLimits, apiLimits };
}

function ofClient(
  tables: Tables,
  clientId: CredentialId,
  apiId: ApiId | undefined,
): CredentialLimits | undefined {
  const id = parseId("client", clientId);
  const client = id && tables.clients.find(id);
  if (client === undefined) return undefined;
  const api = client.resources
    .map(({ apiRow }) => tables.apis.at(apiRow))
    .find((each) => (apiId ?? each.id) === each.id && each.prefix !== undefined);
  return (
    api && {
      workspaceId: client.workspace.id,
      keyId: client.id,
      ownerId: tables.owners.idOf(client.ownerRow),
      apiId: api.id,
      environment: client.environment,
      limits: client.limitSet?.limits ?? NO_LIMITS,
      ownerLimits: tables.owners.limitsOf(client.ownerRow),
      apiLimits: api.limits,
    }
  );
}
