// Clients as the API shows them: with the names of what they refer to, and without any digest.
import type { Client } from "@keyward/core/model/client";
import type { Api, Owner, Plan } from "@keyward/core/model/records";
import { formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { ResultOf } from "../../contract/operations.ts";
import type { LastUse, Reader, TenantScope, Versioned } from "../../storage/storage.ts";
import { formatNullable, presentSecret } from "../present.ts";

type Resource = ResultOf<"clients.get">;

export async function describeClients(
  reader: Reader,
  scope: TenantScope,
  clients: readonly Versioned<Client>[],
  now: Instant,
): Promise<Resource[]> {
  const values = clients.map(({ value }) => value);
  const apiIds = values.flatMap(({ resources }) => resources.map(({ apiId }) => apiId));
  const apis = byId(await reader.findApis(scope, [...new Set(apiIds)]));
  const ownerIds = [...new Set(values.map(({ ownerId }) => ownerId))];
  const owners = byId(await reader.findOwners(scope, ownerIds));
  const planIds = values.flatMap(({ planId }) => (planId === null ? [] : [planId]));
  const plans = byId(await reader.findPlans(scope, [...new Set(planIds)]));
  const ids = values.map(({ id }) => id);
  const uses = Map.groupBy(await reader.findLastUses(scope, ids), ({ keyId }) => keyId);
  return clients.map((client) =>
    present(client, { apis, owners, plans, uses: uses.get(client.value.id) ?? [] }, now),
  );
}

export async function describeClient(
  reader: Reader,
  scope: TenantScope,
  client: Versioned<Client>,
  now: Instant,
): Promise<Resource> {
  const [description] = await describeClients(reader, scope, [client], now);
  if (description === undefined) throw new Error("a client has no description");
  return description;
}

interface Surroundings {
  readonly apis: ReadonlyMap<string, Api>;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly plans: ReadonlyMap<string, Plan>;
  readonly uses: readonly LastUse[];
}

function present(
  { value, rev }: Versioned<Client>,
  { apis, owners, plans, uses }: Surroundings,
  now: Instant,
): Resource {
  return {
    id: value.id,
    name: value.name,
    owner: referred(owners, value.ownerId).externalId,
    owner_id: value.ownerId,
    environment: value.environment,
    status: value.state,
    grants: [...value.grants],
    resources: value.resources.map(({ apiId, scopes }) => {
      const { prefix, audience } = referred(apis, apiId);
      return { api: prefix, api_id: apiId, audience, scopes: [...scopes] };
    }),
    secrets: presentSecrets(value, uses, now),
    jwks: value.jwks.length === 0 ? null : { keys: value.jwks.map((key) => ({ ...key })) },
    jwks_uri: value.jwksUri,
    tls_subject: value.tlsSubject,
    trusted_issuers: value.trustedIssuers.map(({ issuer, jwksUri, audience, claims }) => ({
      issuer,
      jwks_uri: jwksUri,
      audience,
      claims: { ...claims },
    })),
    profile: value.profile,
    sender_constraint: value.senderConstraint,
    legacy_assertion_audience: value.legacyAssertionAudience,
    token_lifetime_seconds: value.tokenLifetimeSeconds,
    plan: value.planId === null ? null : referred(plans, value.planId).name,
    plan_id: value.planId,
    limits: [...value.limits],
    metadata: value.metadata,
    last_used_at: lastOf(uses),
    tokens_revoked_at: formatNullable(value.revokedBefore),
    revoked_at: formatNullable(value.revokedAt),
    revoked_reason: value.revokedReason,
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentSecrets(
  client: Client,
  uses: readonly LastUse[],
  now: Instant,
): Resource["secrets"] {
  return client.secrets.map((secret) =>
    presentSecret({ state: client.state, expiresAt: null }, secret, uses, now),
  );
}

function lastOf(uses: readonly LastUse[]): string | null {
  const last = Math.max(...uses.map(({ at }) => at));
  return uses.length === 0 ? null : formatInstant(last as Instant);
}

function byId<Value extends { readonly id: string }>(
  items: readonly Versioned<Value>[],
): ReadonlyMap<string, Value> {
  return new Map(items.map(({ value }) => [value.id, value]));
}

/** What a client refers to cannot be deleted, so a miss is a defect and not a failure. */
function referred<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new Error(`a client refers to ${id}, which is not there`);
  return value;
}
