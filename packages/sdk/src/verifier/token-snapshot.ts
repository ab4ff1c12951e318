// What a decision knows of an access token: never more than the client that has it and the key that it stands for.
import type { KeyId } from "@keyward/core/id";
import type { KeyState } from "@keyward/core/model/key-state";
import { compileGrants, covers, coversAll } from "@keyward/core/scope/scope";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { PresentedToken } from "@keyward/core/verdict/snapshot";
import type { ClientEntry } from "./clients.ts";
import { NO_LIMITS } from "./limit-set.ts";
import { PackedKey } from "./packed-key.ts";
import type { Tables } from "./tables.ts";
import type { KnownToken } from "./tokens.ts";

/** `undefined` when what the token rests on is not there: then nobody has such a token. */
export function snapshotOfToken(tables: Tables, token: KnownToken): PresentedToken | undefined {
  if (token.kid !== undefined && tables.signingKeys.find(token.kid) === undefined) return undefined;
  const client = tables.clients.find(token.facts.clientId);
  if (client === undefined || client.workspace !== token.workspace) return undefined;
  if (client.environment !== token.environment) return undefined;
  const { keyId } = token.facts;
  return keyId === null
    ? snapshotOfClient(tables, token, client)
    : snapshotOfKey(tables, token, client, keyId);
}

function snapshotOfClient(
  tables: Tables,
  token: KnownToken,
  client: ClientEntry,
): PresentedToken | undefined {
  const resource = client.resources.find(({ apiRow }) => isTarget(tables, token, apiRow));
  if (resource === undefined) return undefined;
  const api = tables.apis.at(resource.apiRow);
  if (api.prefix === undefined) return undefined;
  const { ownerRow } = client;
  return {
    workspaceId: client.workspace.id,
    keyId: client.id,
    apiId: api.id,
    apiPrefix: api.prefix,
    ownerId: tables.owners.idOf(ownerRow),
    ownerExternalId: tables.owners.externalIdOf(ownerRow),
    ownerDisabled: tables.owners.isRefused(ownerRow),
    state: stateOf(tables, token, client),
    expiresAt: token.facts.expiresAt,
    grants: within(token.grants, resource.grants),
    restrictions: undefined,
    limits: client.limitSet?.limits ?? NO_LIMITS,
    ownerLimits: tables.owners.limitsOf(ownerRow),
    apiLimits: api.limits,
    metadata: client.metadata,
    rev: client.rev,
    ...ofToken(token),
  };
}

/** Dead with the key, and as restricted as it; refused with the client that has it. */
function snapshotOfKey(
  tables: Tables,
  token: KnownToken,
  client: ClientEntry,
  keyId: KeyId,
): PresentedToken | undefined {
  const keyRow = tables.keys.find(keyId);
  const secretRow = keyRow === 0 ? 0 : tables.keys.firstSecretRowOf(keyRow);
  if (secretRow === 0) return undefined;
  const apiRow = tables.secrets.apiRowOf(secretRow);
  const api = tables.apis.at(apiRow);
  if (api.prefix === undefined || !isTarget(tables, token, apiRow)) return undefined;
  const key = new PackedKey(tables, secretRow, api, api.prefix);
  if (key.workspaceId !== client.workspace.id || key.environment !== token.environment) {
    return undefined;
  }
  return {
    workspaceId: key.workspaceId,
    keyId: key.keyId,
    apiId: key.apiId,
    apiPrefix: key.apiPrefix,
    ownerId: key.ownerId,
    ownerExternalId: key.ownerExternalId,
    ownerDisabled: key.ownerDisabled || tables.owners.isRefused(client.ownerRow),
    state: worseOf(key.state, stateOf(tables, token, client)),
    expiresAt: earlierOf(token.facts.expiresAt, key.expiresAt),
    grants: within(token.grants, key.grants),
    restrictions: key.restrictions,
    limits: key.limits,
    ownerLimits: key.ownerLimits,
    apiLimits: key.apiLimits,
    metadata: key.metadata,
    rev: Math.max(key.rev, client.rev),
    ...ofToken(token),
  };
}

function ofToken({ environment, facts }: KnownToken) {
  return {
    secretId: facts.clientId,
    kind: "access_token",
    environment,
    secretNotBefore: undefined,
    secretExpiresAt: undefined,
    token: facts,
  } as const;
}

function isTarget(tables: Tables, { target }: KnownToken, apiRow: number): boolean {
  const api = tables.apis.at(apiRow);
  return "apiId" in target ? api.id === target.apiId : api.audience === target.audience;
}

function stateOf(tables: Tables, { facts }: KnownToken, client: ClientEntry): KeyState {
  const { revokedBefore } = client;
  const isOver = revokedBefore !== null && facts.issuedAt <= revokedBefore;
  return isOver || tables.tokens.isRevoked(facts.id) ? "revoked" : client.state;
}

function worseOf(one: KeyState, other: KeyState): KeyState {
  if (one === "revoked" || other === "revoked") return "revoked";
  return one === "disabled" || other === "active" ? one : other;
}

function earlierOf(
  end: NonNullable<PresentedToken["expiresAt"]>,
  other: PresentedToken["expiresAt"],
): PresentedToken["expiresAt"] {
  return other !== undefined && other < end ? other : end;
}

/** The scopes of the token that are still granted to what it rests on. */
function within(token: GrantSet, granted: GrantSet): GrantSet {
  if (coversAll(granted, token.grants)) return token;
  return compileGrants(token.grants.filter((scope) => covers(granted, scope)));
}
