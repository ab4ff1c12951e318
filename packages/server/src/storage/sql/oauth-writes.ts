// Writes of clients, signing keys and access tokens, in the transaction that is open.
import { find, run } from "./query.ts";
import type { Query } from "./query.ts";
import { strict as assert } from "node:assert";
import type { ClientId, SecretId } from "@keyward/core/id";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client } from "@keyward/core/model/client";
import type { Instant } from "@keyward/core/time";
import type { TenantScope } from "../storage.ts";
import { ACCESS_TOKEN_COLUMNS, CLIENT_COLUMNS, SIGNING_KEY_COLUMNS } from "./columns.ts";
import type { CredentialEnd } from "./credential-end.ts";
import { clientToRow, secretsFromText, tokenToRow } from "./oauth-rows.ts";
import { scoped } from "./scoped.ts";
import { builder, prepared, statement } from "./statement.ts";
import { insertRow, upsertRow } from "./write-row.ts";

interface ById {
  scope: TenantScope;
  id: string;
}

const upsertClient = upsertRow("clients", CLIENT_COLUMNS);
const insertClientApi = insertRow("client_apis", ["client_id", "api_id"]);
const deleteClientApis = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("client_apis").where("client_id", "=", id),
);
const selectClientBefore = prepared(({ scope, id }: ById) =>
  scoped(scope)
    .selectFrom("clients")
    .select(["state", "api_ids", "environment", "secrets"])
    .where("id", "=", id),
);
export const upsertSigningKey = upsertRow("signing_keys", SIGNING_KEY_COLUMNS);
const upsertToken = upsertRow("access_tokens", ACCESS_TOKEN_COLUMNS);
const insertUsedOnce = prepared(
  (of: { scope: TenantScope; digest: Uint8Array; expiresAt: number }) =>
    scoped(of.scope)
      .insertInto("used_once", { digest: of.digest, expires_at: of.expiresAt })
      .onConflict((conflict) => conflict.columns(["workspace_id", "digest"]).doNothing()),
);

export interface ClientBefore {
  readonly state: string;
  readonly api_ids: string;
  readonly environment: string;
  readonly secrets: string;
}

export function* findClientBefore(scope: TenantScope, id: string): Query<ClientBefore | undefined> {
  return yield* find(selectClientBefore({ scope, id }));
}

export function* putClient(scope: TenantScope, value: Client, rev: number): Query<void> {
  yield* run(upsertClient(clientToRow(value, rev)));
  yield* run(deleteClientApis({ scope, id: value.id }));
  for (const { apiId } of value.resources) {
    const row = { workspace_id: scope, client_id: value.id, api_id: apiId };
    yield* run(insertClientApi(row));
  }
}

export function* deleteApisOfClient(scope: TenantScope, id: string): Query<void> {
  yield* run(deleteClientApis({ scope, id }));
}

export function* putToken(token: AccessToken): Query<void> {
  yield* run(upsertToken(tokenToRow(token)));
}

/** One statement decides, so that of any number who come at once, one is first. */
export function* useOnce(
  scope: TenantScope,
  digest: Uint8Array,
  expiresAt: Instant,
): Query<boolean> {
  return (yield* run(insertUsedOnce({ scope, digest, expiresAt }))) === 1;
}

/** Across all workspaces: time passes for everyone alike. */
export function* forgetTokens(now: Instant): Query<void> {
  yield* run(statement(builder.deleteFrom("access_tokens").where("expires_at", "<=", now)));
  yield* run(statement(builder.deleteFrom("used_once").where("expires_at", "<=", now)));
}

/** The credentials of a client that a change ends: the client itself, or secrets of it (K10). */
export function clientEnds(
  before: ClientBefore | undefined,
  id: ClientId,
  after: Client | null,
  at: Instant,
): readonly CredentialEnd[] {
  if (before === undefined) return [];
  if (before.state === "revoked") {
    if (after !== null) assert.equal(after.state, "revoked", "no change leads out of revoked (K2)");
    return [];
  }
  if (after === null || after.state === "revoked") {
    return [{ keyId: id, secretId: null, kind: "revoked", at }];
  }
  const kept = new Map(after.secrets.map((secret) => [secret.id, secret.expiresAt]));
  return secretsFromText(before.secrets).flatMap((secret): readonly CredentialEnd[] => {
    const end = kept.get(secret.id);
    const of: { keyId: ClientId; secretId: SecretId } = { keyId: id, secretId: secret.id };
    if (end === undefined) return [{ ...of, kind: "revoked", at }];
    const isSooner = end !== null && (secret.expiresAt === null || end < secret.expiresAt);
    return isSooner ? [{ ...of, kind: "expires", at: end }] : [];
  });
}
