// Members, sessions and sign-in links.
import { all, find, run } from "./query.ts";
import type { Queries, Query } from "./query.ts";
import { sql } from "kysely";
import { parseId } from "@keyward/core/id";
import type { Digest } from "@keyward/core/key/digest";
import { digestToBytes } from "@keyward/core/key/digest";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { PeopleReader, PeopleWriter } from "../people.ts";
import type { TenantScope } from "../storage.ts";
import { MEMBER_COLUMNS, SESSION_COLUMNS } from "./columns.ts";
import { foldAscii, memberFromRow, sessionFromRow, sessionToRow } from "./rows.ts";
import { holdsText } from "./dialect.ts";
import { scoped } from "./scoped.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { builder, prepared, statement } from "./statement.ts";
import { upsertRow } from "./write-row.ts";

interface ById {
  scope: TenantScope;
  id: string;
}

const selectMember = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("members").select(MEMBER_COLUMNS).where("id", "=", id),
);
const selectMemberByEmail = prepared((of: { scope: TenantScope; email: string }) =>
  scoped(of.scope).selectFrom("members").select(MEMBER_COLUMNS).where("email", "=", of.email),
);
const selectMemberByIdentity = prepared(
  (of: { scope: TenantScope; issuer: string; subject: string }) =>
    scoped(of.scope)
      .selectFrom("members")
      .select(MEMBER_COLUMNS)
      .where("issuer", "=", of.issuer)
      .where("subject", "=", of.subject),
);
const selectMemberCounts = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope)
    .selectFrom("members")
    .select([
      sql<number>`count(*)`.as("members"),
      sql<number>`count(*) filter (where role = 'owner' and disabled = 0)`.as("owners"),
    ]),
);
const selectSession = prepared(({ scope, id }: ById) =>
  scoped(scope).selectFrom("sessions").select(SESSION_COLUMNS).where("id", "=", id),
);
const selectSessionByDigest = prepared((of: { scope: TenantScope; digest: Uint8Array }) =>
  scoped(of.scope)
    .selectFrom("sessions")
    .select(SESSION_COLUMNS)
    .where((row) => row.or([row("digest", "=", of.digest), row("former_digest", "=", of.digest)])),
);
const upsertSession = upsertRow("sessions", SESSION_COLUMNS);
const deleteSession = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("sessions").where("id", "=", id),
);
const deleteSessionsOf = prepared(({ scope, id }: ById) =>
  scoped(scope).deleteFrom("sessions").where("member_id", "=", id),
);
const selectProviderGrant = prepared(({ scope, id }: ById) =>
  scoped(scope)
    .selectFrom("provider_grants")
    .select(["provider", "sealed", "obtained_at"])
    .where("member_id", "=", id),
);
const upsertProviderGrant = upsertRow(
  "provider_grants",
  ["member_id", "provider", "sealed", "obtained_at"],
  ["workspace_id", "member_id"],
);
const upsertSignInLink = upsertRow(
  "sign_in_links",
  ["member_id", "digest", "expires_at"],
  ["workspace_id", "member_id"],
);
/** One statement finds the link and uses it up, so that no two requests can both have found it (T06). */
const deleteSignInLink = prepared((of: { scope: TenantScope; digest: Uint8Array; now: number }) =>
  scoped(of.scope)
    .deleteFrom("sign_in_links")
    .where("digest", "=", of.digest)
    .where("expires_at", ">", of.now)
    .returning("member_id"),
);

const selectSignInLink = prepared((of: { scope: TenantScope; digest: Uint8Array; now: number }) =>
  scoped(of.scope)
    .selectFrom("sign_in_links")
    .select("member_id")
    .where("digest", "=", of.digest)
    .where("expires_at", ">", of.now),
);

export const peopleReader: Queries<PeopleReader> = {
  *findMember(scope, id) {
    const row = yield* find(selectMember({ scope, id }));
    return row && { value: memberFromRow(row), rev: row.rev };
  },

  *findMemberByEmail(scope, email) {
    const row = yield* find(selectMemberByEmail({ scope, email }));
    return row && { value: memberFromRow(row), rev: row.rev };
  },

  *findMemberByIdentity(scope, identity) {
    const row = yield* find(selectMemberByIdentity({ scope, ...identity }));
    return row && { value: memberFromRow(row), rev: row.rev };
  },

  *listMembers(scope, filter, page) {
    const query = scoped(scope)
      .selectFrom("members")
      .select(MEMBER_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    // They are few: looking through all of them is no work.
    const part = filter.text === undefined ? undefined : foldAscii(filter.text);
    const found = part === undefined ? query : query.where(holdsText("search", part));
    const rows = yield* all(statement(found));
    const items = rows
      .slice(0, page.limit)
      .map((row) => ({ value: memberFromRow(row), rev: row.rev }));
    return { items, more: rows.length > page.limit };
  },

  *countMembers(scope) {
    const row = yield* find(selectMemberCounts({ scope }));
    return { all: row?.members ?? 0, owners: row?.owners ?? 0 };
  },

  *hasSignInLink(scope, digest, now) {
    const bytes = digestToBytes(digest);
    return (yield* find(selectSignInLink({ scope, digest: bytes, now }))) !== undefined;
  },

  *findSession(scope, id) {
    const row = yield* find(selectSession({ scope, id }));
    return row && sessionFromRow(row);
  },

  *findSessionByDigest(scope, digest) {
    const row = yield* find(selectSessionByDigest({ scope, digest: digestToBytes(digest) }));
    return row && sessionFromRow(row);
  },

  *findProviderGrant(scope, memberId) {
    const row = yield* find(selectProviderGrant({ scope, id: memberId }));
    return (
      row && {
        memberId,
        provider: row.provider,
        sealed: row.sealed,
        obtainedAt: instant(row.obtained_at),
      }
    );
  },

  *listSessions(scope, { memberId, providerSession, now }, page) {
    const query = scoped(scope)
      .selectFrom("sessions")
      .select(SESSION_COLUMNS)
      .where("expires_at", ">", now)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    const ofMember = memberId === undefined ? query : query.where("member_id", "=", memberId);
    const found =
      providerSession === undefined
        ? ofMember
        : ofMember.where("provider_session", "=", providerSession);
    const rows = yield* all(statement(found));
    return {
      items: rows.slice(0, page.limit).map(sessionFromRow),
      more: rows.length > page.limit,
    };
  },
};

export const peopleWriter: Queries<PeopleWriter> = {
  *keepSession(scope, session) {
    yield* run(upsertSession({ ...sessionToRow(session), workspace_id: scope }));
  },

  *endSession(scope, id) {
    return (yield* run(deleteSession({ scope, id }))) > 0;
  },

  *endSessionsOf(scope, memberId) {
    return yield* run(deleteSessionsOf({ scope, id: memberId }));
  },

  *keepProviderGrant(scope, { memberId, provider, sealed, obtainedAt }) {
    const row = { member_id: memberId, provider, sealed, obtained_at: obtainedAt };
    yield* run(upsertProviderGrant({ workspace_id: scope, ...row }));
  },

  *keepSignInLink(scope, { memberId, digest, expiresAt }) {
    const row = { member_id: memberId, digest: digestToBytes(digest), expires_at: expiresAt };
    yield* run(upsertSignInLink({ workspace_id: scope, ...row }));
  },

  *takeSignInLink(scope, digest: Digest, now: Instant) {
    const bytes = digestToBytes(digest);
    const row = yield* find(deleteSignInLink({ scope, digest: bytes, now }));
    return row === undefined ? undefined : parseId("member", row.member_id);
  },
};

/** Across all workspaces: time passes for everyone alike. */
export function* forgetSessions(now: Instant): Query<void> {
  for (const table of ["sessions", "sign_in_links"] as const) {
    yield* run(statement(builder.deleteFrom(table).where("expires_at", "<=", now)));
  }
  // A program that asks too late is to be told so.
  const past = addSeconds(now, -LOGIN_KEPT_SECONDS);
  yield* run(statement(builder.deleteFrom("logins").where("expires_at", "<=", past)));
}

const LOGIN_KEPT_SECONDS = 600;

/** Who was signed in when a backup was taken has to do so again: their session may have been ended since (K10). */
export function* forgetAllSessions(): Query<void> {
  for (const table of ["sessions", "sign_in_links", "logins"] as const) {
    yield* run(statement(builder.deleteFrom(table)));
  }
}
