// The feed of one subject at a time, from the table of changes and from the tables themselves.
import { all, emit, fetch, find, open, pause } from "./query.ts";
import type { Queries, Query, Scan } from "./query.ts";
import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { OwnerId } from "@keyward/core/id";
import type { VerifiedThing } from "@keyward/core/feed/verifier-change";
import { digestToBytes } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import type { FeedChange, FeedReader, SubjectWithin, TenantScope } from "../storage.ts";
import {
  API_COLUMNS,
  KEY_COLUMNS,
  KEY_ROLE_COLUMNS,
  KEY_SECRET_COLUMNS,
  OWNER_COLUMNS,
  PLAN_COLUMNS,
  ROLE_COLUMNS,
} from "./columns.ts";
import { thingFromPayload } from "./feed-payload.ts";
import {
  clientsOf,
  findByNameDigest,
  findTokenByDigest,
  ownersOfClients,
  revokedTokensOf,
  signingKeysOf,
  tokenChange,
} from "./oauth-feed.ts";
import type { OfSubject } from "./oauth-feed.ts";
import { apiFromRow, keyFromRow, ownerFromRow, planFromRow, roleFromRow } from "./rows.ts";
import type { KeyRow } from "./rows.ts";
import { holdsText, isAmong } from "./dialect.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";

const KEYS_PER_PAGE = 500;

const selectLastRev = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("workspaces").select("last_rev"),
);
const selectFirstRev = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("changes").select("rev").orderBy("rev").limit(1),
);
const selectChanges = prepared((of: OfSubject & { after: number; to: number }) =>
  scoped(of.scope)
    .selectFrom("changes")
    .select(["rev", "entity", "entity_id", "payload"])
    .where("rev", ">", of.after)
    .where("rev", "<=", of.to)
    .where(
      sql<SqlBool>`case entity
        when 'key' then api_id = ${of.apiId} and environment = ${of.environment}
        when 'role' then api_id = ${of.apiId}
        when 'plan' then true
        when 'api' then entity_id = ${of.apiId}
        when 'client' then environment = ${of.environment} and ${holdsText("api_id", of.apiId)}
        when 'signing_key' then environment = ${of.environment}
        when 'token' then api_id = ${of.apiId} and environment = ${of.environment}
        when 'owner' then payload is not null
        else false end`,
    )
    .orderBy("rev"),
);
/** Those of the owners that have a key or a client of the subject, in whatever state. */
const selectOwners = prepared((of: OfSubject & { ids: string }) =>
  scoped(of.scope)
    .selectFrom("owners")
    .select(OWNER_COLUMNS)
    .where(isAmong("id", of.ids))
    .where((row) => row("id", "in", ownersOfKeys(of)).or("id", "in", ownersOfClients(of))),
);
const selectAllOwners = prepared((of: OfSubject) =>
  scoped(of.scope)
    .selectFrom("owners")
    .select(OWNER_COLUMNS)
    .where((row) => row("id", "in", ownersOfKeys(of)).or("id", "in", ownersOfClients(of))),
);
const selectApi = prepared((of: OfSubject) =>
  scoped(of.scope).selectFrom("apis").select(API_COLUMNS).where("id", "=", of.apiId),
);
const selectRoles = prepared((of: OfSubject) =>
  scoped(of.scope).selectFrom("roles").select(ROLE_COLUMNS).where("api_id", "=", of.apiId),
);
const selectPlans = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("plans").select(PLAN_COLUMNS),
);
const selectKeysAfter = prepared((of: OfSubject & { after: string }) =>
  scoped(of.scope)
    .selectFrom("keys")
    .select(KEY_COLUMNS)
    .where("api_id", "=", of.apiId)
    .where("environment", "=", of.environment)
    .where("id", ">", of.after)
    .orderBy("id")
    .limit(KEYS_PER_PAGE),
);
const selectKeyByDigest = prepared((of: OfSubject & { digest: Uint8Array }) =>
  scoped(of.scope)
    .selectFrom("keys")
    .select(KEY_COLUMNS)
    .where("api_id", "=", of.apiId)
    .where("environment", "=", of.environment)
    .where(
      "id",
      "in",
      scoped(of.scope).selectFrom("key_secrets").select("key_id").where("digest", "=", of.digest),
    ),
);
const selectKeyById = prepared((of: OfSubject & { id: string }) =>
  scoped(of.scope)
    .selectFrom("keys")
    .select(KEY_COLUMNS)
    .where("api_id", "=", of.apiId)
    .where("environment", "=", of.environment)
    .where("id", "=", of.id),
);
const selectSecrets = prepared((of: { scope: TenantScope; ids: string }) =>
  scoped(of.scope)
    .selectFrom("key_secrets")
    .select(KEY_SECRET_COLUMNS)
    .where(isAmong("key_id", of.ids))
    .orderBy("key_id")
    .orderBy("position"),
);
const selectKeyRoles = prepared((of: { scope: TenantScope; ids: string }) =>
  scoped(of.scope)
    .selectFrom("key_roles")
    .select(KEY_ROLE_COLUMNS)
    .where(isAmong("key_id", of.ids))
    .orderBy("key_id")
    .orderBy("position"),
);

function ownersOfKeys({ scope, apiId, environment }: OfSubject) {
  return scoped(scope)
    .selectFrom("keys")
    .select("owner_id")
    .where("api_id", "=", apiId)
    .where("environment", "=", environment);
}

export const feedReader: Queries<Pick<FeedReader, "readChanges" | "findByDigest">> = {
  *readChanges(scope, subject, after, limit) {
    const head = yield* lastRev(scope);
    const floor = ((yield* find(selectFirstRev({ scope })))?.rev ?? head + 1) - 1;
    if (after < floor || after > head) return undefined;
    const to = Math.min(head, after + limit);
    const rows = yield* all(selectChanges({ scope, ...subject, after, to }));
    const last = new Map<string, FeedChange>();
    for (const row of rows) {
      const change = thingFromPayload(row, subject);
      last.delete(change.id);
      last.set(change.id, { workspaceId: scope, rev: row.rev, change });
    }
    return {
      from: after,
      to,
      changes: yield* complete(scope, subject, to, [...last.values()]),
    };
  },

  *findByDigest(scope, subject, digest) {
    const rev = yield* lastRev(scope);
    const named = yield* findNamed(scope, subject, digest);
    if (named.length === 0) return { rev, changes: [] };
    const changes = yield* complete(scope, subject, rev, [
      ...(yield* aroundKeys(scope, subject, rev)),
      ...named.map((change) => ({ ...change, rev })),
    ]);
    return { rev, changes: withoutOtherPlans(changes) };
  },
};

export function* lastRev(scope: TenantScope): Query<number> {
  return (yield* find(selectLastRev({ scope })))?.last_rev ?? 0;
}

/** What the digest opens or names: a key, an opaque token with what it rests on, a signing key, or a client. */
function* findNamed(
  scope: TenantScope,
  subject: SubjectWithin,
  digest: Digest,
): Query<readonly FeedChange[]> {
  const bytes = digestToBytes(digest);
  const row = yield* find(selectKeyByDigest({ scope, ...subject, digest: bytes }));
  if (row !== undefined) return yield* keysFromRows(scope, [row]);
  const token = yield* findTokenByDigest(scope, subject, bytes);
  if (token === undefined) return yield* findByNameDigest(scope, subject, digest);
  const { clientId, keyId } = token;
  const keyRow = keyId && (yield* find(selectKeyById({ scope, ...subject, id: keyId })));
  return [
    ...(keyRow ? yield* keysFromRows(scope, [keyRow]) : []),
    ...(yield* clientsOf(scope, subject)).filter(({ change }) => change.id === clientId),
    tokenChange(scope, token),
  ];
}

const ORDER = {
  api: 0,
  role: 1,
  plan: 2,
  signing_key: 3,
  owner: 4,
  key: 5,
  client: 6,
  token: 7,
} as const satisfies Record<VerifiedThing["entity"], number>;

/**
 * Leaves out the owners that have no key here, adds those of the keys, and puts what is referred to first. An owner is
 * given as it is now, as of `to`: what becomes of it later comes later, and an old rev would be taken for old news by a
 * verifier that has never heard of it.
 */
function* complete(
  scope: TenantScope,
  subject: SubjectWithin,
  to: number,
  found: readonly FeedChange[],
): Query<readonly FeedChange[]> {
  const ownerIds = new Set<OwnerId>();
  for (const { change } of found) {
    if (change.entity === "owner") ownerIds.add(change.id);
    if ((change.entity === "key" || change.entity === "client") && change.value !== null)
      ownerIds.add(change.value.ownerId);
  }
  const others = found.filter(({ change }) => change.entity !== "owner");
  if (ownerIds.size === 0) return inOrder(others);
  const ids = JSON.stringify([...ownerIds]);
  const owners = (yield* all(selectOwners({ scope, ...subject, ids }))).map((row): FeedChange => {
    const value = ownerFromRow(row);
    return { workspaceId: scope, rev: to, change: { entity: "owner", id: value.id, value } };
  });
  return inOrder([...owners, ...others]);
}

/** A look-up is for one key, and there may be hundreds of plans. */
function withoutOtherPlans(changes: readonly FeedChange[]): readonly FeedChange[] {
  const named = new Set<string | null>();
  for (const { change } of changes) {
    if (change.value !== null && "planId" in change.value) named.add(change.value.planId);
  }
  return changes.filter(({ change }) => change.entity !== "plan" || named.has(change.id));
}

function inOrder(changes: readonly FeedChange[]): readonly FeedChange[] {
  return changes.toSorted((one, other) => ORDER[one.change.entity] - ORDER[other.change.entity]);
}

/** The api, its roles and the plans, as of the rev if one is given, and else of their own. */
function* aroundKeys(
  scope: TenantScope,
  subject: SubjectWithin,
  asOf?: number,
): Query<readonly FeedChange[]> {
  const apis = (yield* all(selectApi({ scope, ...subject }))).map((row): FeedChange => {
    const value = apiFromRow(row);
    const change = { entity: "api", id: value.id, value } as const;
    return { workspaceId: scope, rev: asOf ?? row.rev, change };
  });
  const roles = (yield* all(selectRoles({ scope, ...subject }))).map((row): FeedChange => {
    const value = roleFromRow(row);
    const change = { entity: "role", id: value.id, value } as const;
    return { workspaceId: scope, rev: asOf ?? row.rev, change };
  });
  const plans = (yield* all(selectPlans({ scope }))).map((row): FeedChange => {
    const value = planFromRow(row);
    const change = { entity: "plan", id: value.id, value } as const;
    return { workspaceId: scope, rev: asOf ?? row.rev, change };
  });
  return [...apis, ...roles, ...plans];
}

/** All of a subject, or all but its keys and owners. */
export function* scanPages(
  scope: TenantScope,
  subject: SubjectWithin,
  keys: "all" | "none",
): Scan<readonly FeedChange[]> {
  yield* emit([...(yield* aroundKeys(scope, subject)), ...(yield* signingKeysOf(scope, subject))]);
  if (keys === "none") return;
  const owners = yield* open(selectAllOwners({ scope, ...subject }));
  for (;;) {
    const rows = yield* fetch(owners, KEYS_PER_PAGE);
    if (rows.length > 0) {
      yield* emit(
        rows.map((row): FeedChange => {
          const value = ownerFromRow(row);
          const change = { entity: "owner", id: value.id, value } as const;
          return { workspaceId: scope, rev: row.rev, change };
        }),
      );
    }
    if (rows.length < KEYS_PER_PAGE) break;
    yield* pause();
  }
  yield* emit([...(yield* clientsOf(scope, subject)), ...(yield* revokedTokensOf(scope, subject))]);
  for (let after = ""; ;) {
    const rows = yield* all(selectKeysAfter({ scope, ...subject, after }));
    if (rows.length > 0) yield* emit(yield* keysFromRows(scope, rows));
    const last = rows.at(-1);
    if (last === undefined || rows.length < KEYS_PER_PAGE) return;
    after = last.id;
    yield* pause();
  }
}

function* keysFromRows(scope: TenantScope, rows: readonly KeyRow[]): Query<readonly FeedChange[]> {
  const ids = JSON.stringify(rows.map((row) => row.id));
  const secrets = Map.groupBy(yield* all(selectSecrets({ scope, ids })), (secret) => secret.key_id);
  const roles = Map.groupBy(yield* all(selectKeyRoles({ scope, ids })), (role) => role.key_id);
  return rows.map((row) => {
    const value = keyFromRow(row, secrets.get(row.id) ?? [], roles.get(row.id) ?? []);
    return { workspaceId: scope, rev: row.rev, change: { entity: "key", id: value.id, value } };
  });
}
