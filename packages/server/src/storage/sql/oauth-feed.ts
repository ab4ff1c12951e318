// What the feed of a subject tells of clients, signing keys and access tokens.
import { all, find } from "./query.ts";
import type { Query } from "./query.ts";
import { digestKey } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { FeedChange, SubjectWithin, TenantScope } from "../storage.ts";
import { ACCESS_TOKEN_COLUMNS, CLIENT_COLUMNS, SIGNING_KEY_COLUMNS } from "./columns.ts";
import { atApi } from "./feed-payload.ts";
import { clientFromRow, signingKeyFromRow, tokenFromRow } from "./oauth-rows.ts";
import { holdsText } from "./dialect.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";

export interface OfSubject {
  scope: TenantScope;
  apiId: string;
  environment: string;
}

const selectClients = prepared((of: OfSubject) =>
  scoped(of.scope)
    .selectFrom("clients")
    .select(CLIENT_COLUMNS)
    .where("environment", "=", of.environment)
    .where(holdsText("api_ids", of.apiId)),
);
const selectSigningKeys = prepared((of: OfSubject) =>
  scoped(of.scope)
    .selectFrom("signing_keys")
    .select(SIGNING_KEY_COLUMNS)
    .where("environment", "=", of.environment),
);
const selectRevokedTokens = prepared((of: OfSubject) =>
  scoped(of.scope)
    .selectFrom("access_tokens")
    .select(ACCESS_TOKEN_COLUMNS)
    .where("revoked", "=", 1)
    .where("api_id", "=", of.apiId)
    .where("environment", "=", of.environment),
);
const selectTokenByDigest = prepared((of: OfSubject & { digest: Uint8Array }) =>
  scoped(of.scope)
    .selectFrom("access_tokens")
    .select(ACCESS_TOKEN_COLUMNS)
    .where("digest", "=", of.digest)
    .where("api_id", "=", of.apiId)
    .where("environment", "=", of.environment),
);
export function ownersOfClients({ scope, apiId, environment }: OfSubject) {
  return scoped(scope)
    .selectFrom("clients")
    .select("owner_id")
    .where("environment", "=", environment)
    .where(holdsText("api_ids", apiId));
}

export function* signingKeysOf(
  scope: TenantScope,
  subject: SubjectWithin,
): Query<readonly FeedChange[]> {
  return (yield* all(selectSigningKeys({ scope, ...subject }))).map((row): FeedChange => {
    const value = signingKeyFromRow(row);
    const change = { entity: "signing_key", id: value.id, value } as const;
    return { workspaceId: scope, rev: row.rev, change };
  });
}

export function* clientsOf(
  scope: TenantScope,
  subject: SubjectWithin,
): Query<readonly FeedChange[]> {
  return (yield* all(selectClients({ scope, ...subject }))).map((row): FeedChange => {
    const client = clientFromRow(row);
    const { id } = client;
    const value = atApi(client, subject.apiId);
    return { workspaceId: scope, rev: row.rev, change: { entity: "client", id, value } };
  });
}

/** A signed token needs no keeping but that it was revoked; an opaque one is looked up when it comes. */
export function* revokedTokensOf(
  scope: TenantScope,
  subject: SubjectWithin,
): Query<readonly FeedChange[]> {
  return (yield* all(selectRevokedTokens({ scope, ...subject }))).map((row) =>
    tokenChange(scope, tokenFromRow(row)),
  );
}

export function* findTokenByDigest(
  scope: TenantScope,
  subject: SubjectWithin,
  digest: Uint8Array,
): Query<AccessToken | undefined> {
  const row = yield* find(selectTokenByDigest({ scope, ...subject, digest }));
  return row && tokenFromRow(row);
}

/** Tokens have no rev of their own: they are what they are, and their revocation is remembered whenever it comes. */
export function tokenChange(scope: TenantScope, token: AccessToken): FeedChange {
  return { workspaceId: scope, rev: 1, change: { entity: "token", id: token.id, value: token } };
}

/** Whoever meets a signing key or a client that has not come yet asks for it by the digest of its name. */
export function* findByNameDigest(
  scope: TenantScope,
  subject: SubjectWithin,
  digest: Digest,
): Query<readonly FeedChange[]> {
  const signers = (yield* signingKeysOf(scope, subject)).filter(
    ({ change }) =>
      change.entity === "signing_key" && change.value && digestKey(change.value.kid) === digest,
  );
  if (signers.length > 0) return signers;
  return (yield* clientsOf(scope, subject)).filter(({ change }) => digestKey(change.id) === digest);
}
