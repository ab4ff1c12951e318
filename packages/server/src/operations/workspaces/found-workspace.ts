import { parseScopeGrant } from "@keyward/core/scope/scope";
import type { Secret } from "@keyward/core/key/secret";
import type { Api, Key, Owner, Workspace } from "@keyward/core/model/records";
import { BUILT_IN_API, permissionCatalogue } from "../../contract/permissions.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { TenantScope, Versioned, Writer } from "../../storage/storage.ts";
import { factsOf, mintId } from "../call.ts";
import type { Call } from "../call.ts";
import { issueSecret } from "../keys/issue-secret.ts";

/** What founding and recovering a workspace need of a call: there is no management key yet that could call. */
export type Founder = Pick<Call, "actor" | "now" | "random" | "requestId">;

export interface FoundedWorkspace {
  readonly scope: TenantScope;
  readonly workspace: Versioned<Workspace>;
  readonly key: Versioned<Key>;
  readonly secret: Secret;
}

/** Makes a workspace with all that it takes to use it: the built-in api and a management key that may do everything. */
export async function foundWorkspace(
  founder: Founder,
  writer: Writer,
  { name, operator }: { readonly name: string; readonly operator: boolean },
): Promise<FoundedWorkspace> {
  const { now } = founder;
  const id = mintId(founder, "workspace");
  const scope = tenantScope(id);
  const value: Workspace = { id, name, operator, createdAt: now, updatedAt: now };
  const facts = factsOf(founder, "workspace.created", { name });
  const rev = await writer.record(scope, { entity: "workspace", id, value }, facts);
  const api = await recordBuiltInApi(founder, writer, scope);
  const issued = await issueManagementKey(founder, writer, scope, api, "First management key");
  return { scope, workspace: { value, rev }, ...issued };
}

/** A management key with every permission, for the first start and for an operator who has lost all others. */
export async function issueManagementKey(
  founder: Founder,
  writer: Writer,
  scope: TenantScope,
  api: Api,
  name: string,
): Promise<{ readonly key: Versioned<Key>; readonly secret: Secret }> {
  const { now } = founder;
  const everything = parseScopeGrant("*");
  const owner = await findOrRecordOperator(founder, writer, scope);
  const identity = { kind: "secret", environment: "live" } as const;
  const { secret, record } = issueSecret(founder, { brand: api.prefix, ...identity });
  const value: Key = {
    id: mintId(founder, "key"),
    workspaceId: scope,
    apiId: api.id,
    ownerId: owner.id,
    name,
    ...identity,
    state: "active",
    scopes: everything === undefined ? [] : [everything],
    roleIds: [],
    restrictions: null,
    planId: null,
    limits: [],
    metadata: {},
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    secrets: [record],
    createdAt: now,
    updatedAt: now,
  };
  const facts = factsOf(founder, "key.created", { name, api: api.prefix, hint: record.hint });
  const rev = await writer.record(scope, { entity: "key", id: value.id, value }, facts);
  return { key: { value, rev }, secret };
}

async function recordBuiltInApi(
  founder: Founder,
  writer: Writer,
  scope: TenantScope,
): Promise<Api> {
  const value: Api = {
    id: mintId(founder, "api"),
    workspaceId: scope,
    ...BUILT_IN_API,
    scopes: permissionCatalogue(),
    defaultLifetimeSeconds: null,
    limits: [],
    tokenFormat: "jwt",
    tokenAlgorithm: "ES256",
    // Whoever holds one may do everything.
    leakReaction: "revoke",
    builtIn: true,
    createdAt: founder.now,
    updatedAt: founder.now,
  };
  const facts = factsOf(founder, "api.created", { prefix: value.prefix });
  await writer.record(scope, { entity: "api", id: value.id, value }, facts);
  return value;
}

const OPERATOR_EXTERNAL_ID = "operator";

async function findOrRecordOperator(
  founder: Founder,
  writer: Writer,
  scope: TenantScope,
): Promise<Owner> {
  const existing = await writer.findOwnerByExternalId(scope, OPERATOR_EXTERNAL_ID);
  if (existing !== undefined) return existing.value;
  const value: Owner = {
    id: mintId(founder, "owner"),
    workspaceId: scope,
    externalId: OPERATOR_EXTERNAL_ID,
    type: "organisation",
    name: "Operator",
    disabled: false,
    planId: null,
    limits: [],
    rights: null,
    metadata: {},
    createdAt: founder.now,
    updatedAt: founder.now,
  };
  const facts = factsOf(founder, "owner.created", { external_id: value.externalId });
  await writer.record(scope, { entity: "owner", id: value.id, value }, facts);
  return value;
}
