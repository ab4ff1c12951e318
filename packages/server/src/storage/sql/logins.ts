// Logins of programs: their table, and how rows become records.
import { digestFromBytes, digestToBytes } from "@keyward/core/key/digest";
import { parseId } from "@keyward/core/id";
import { strict as assert } from "node:assert";
import { instant } from "@keyward/core/time";
import type { Login, LoginReader, LoginState, LoginWriter } from "../logins.ts";
import type { TenantScope } from "../storage.ts";
import { find, run } from "./query.ts";
import type { Queries } from "./query.ts";
import { instantOrNull } from "./row-values.ts";
import type { LoginsTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";
import { upsertRow } from "./write-row.ts";

const COLUMNS = [
  "workspace_id",
  "id",
  "digest",
  "user_code_digest",
  "code_challenge",
  "redirect_uri",
  "state",
  "member_id",
  "proved_at",
  "provider_session",
  "ip",
  "user_agent",
  "interval_seconds",
  "next_poll_at",
  "created_at",
  "expires_at",
] as const;

const selectLogin = prepared((of: { scope: TenantScope; id: string }) =>
  scoped(of.scope).selectFrom("logins").select(COLUMNS).where("id", "=", of.id),
);
const selectByDigest = prepared((of: { scope: TenantScope; digest: Uint8Array }) =>
  scoped(of.scope).selectFrom("logins").select(COLUMNS).where("digest", "=", of.digest),
);
const selectByUserCode = prepared((of: { scope: TenantScope; digest: Uint8Array }) =>
  scoped(of.scope).selectFrom("logins").select(COLUMNS).where("user_code_digest", "=", of.digest),
);
const selectCount = prepared((of: { scope: TenantScope; now: number }) =>
  scoped(of.scope)
    .selectFrom("logins")
    .where("expires_at", ">", of.now)
    .select((row) => row.fn.countAll<number>().as("count")),
);
const upsertLogin = upsertRow("logins", COLUMNS);
const deleteLogin = prepared((of: { scope: TenantScope; id: string }) =>
  scoped(of.scope).deleteFrom("logins").where("id", "=", of.id),
);

export const loginReader: Queries<LoginReader> = {
  *findLogin(scope, id) {
    const row = yield* find(selectLogin({ scope, id }));
    return row && fromRow(row);
  },

  *findLoginByDigest(scope, digest) {
    const row = yield* find(selectByDigest({ scope, digest: digestToBytes(digest) }));
    return row && fromRow(row);
  },

  *findLoginByUserCode(scope, digest) {
    const row = yield* find(selectByUserCode({ scope, digest: digestToBytes(digest) }));
    return row && fromRow(row);
  },

  *countLogins(scope, now) {
    return (yield* find(selectCount({ scope, now })))?.count ?? 0;
  },
};

export const loginWriter: Queries<LoginWriter> = {
  *keepLogin(scope, login) {
    yield* run(upsertLogin({ ...toRow(login), workspace_id: scope }));
  },

  *takeLogin(scope, id) {
    return (yield* run(deleteLogin({ scope, id }))) === 1;
  },
};

function fromRow(row: LoginsTable): Login {
  const id = parseId("login", row.id);
  const workspaceId = parseId("workspace", row.workspace_id);
  assert.ok(id !== undefined && workspaceId !== undefined, "an id is one of ours");
  return {
    id,
    workspaceId,
    digest: digestFromBytes(row.digest),
    userCodeDigest: row.user_code_digest && digestFromBytes(row.user_code_digest),
    codeChallenge: row.code_challenge,
    redirectUri: row.redirect_uri,
    state: row.state as LoginState,
    memberId: row.member_id === null ? null : (parseId("member", row.member_id) ?? null),
    provedAt: instantOrNull(row.proved_at),
    providerSession: row.provider_session,
    ip: row.ip,
    userAgent: row.user_agent,
    intervalSeconds: row.interval_seconds,
    nextPollAt: instant(row.next_poll_at),
    createdAt: instant(row.created_at),
    expiresAt: instant(row.expires_at),
  };
}

function toRow(value: Login): LoginsTable {
  return {
    workspace_id: value.workspaceId,
    id: value.id,
    digest: digestToBytes(value.digest),
    user_code_digest: value.userCodeDigest && digestToBytes(value.userCodeDigest),
    code_challenge: value.codeChallenge,
    redirect_uri: value.redirectUri,
    state: value.state,
    member_id: value.memberId,
    proved_at: value.provedAt,
    provider_session: value.providerSession,
    ip: value.ip,
    user_agent: value.userAgent,
    interval_seconds: value.intervalSeconds,
    next_poll_at: value.nextPollAt,
    created_at: value.createdAt,
    expires_at: value.expiresAt,
  };
}
