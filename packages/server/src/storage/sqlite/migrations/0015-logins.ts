import type { Migration } from "./migration.ts";

/** Programs that ask for a session, and sessions that are no browser's. */
export const logins: Migration = {
  version: 15,
  name: "logins",
  compatible: false,
  sql: `
create table logins (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  digest blob not null,
  user_code_digest blob,
  code_challenge text,
  redirect_uri text,
  state text not null check (state in ('pending', 'approved', 'denied')),
  member_id text,
  proved_at integer,
  provider_session text,
  ip text,
  user_agent text,
  interval_seconds integer not null,
  next_poll_at integer not null,
  created_at integer not null,
  expires_at integer not null,
  primary key (workspace_id, id)
) strict;
create unique index logins_by_digest on logins (workspace_id, digest);
create unique index logins_by_user_code on logins (workspace_id, user_code_digest)
  where user_code_digest is not null;
create index logins_by_end on logins (expires_at);
alter table sessions add column bearer integer not null default 0 check (bearer in (0, 1));
`,
};
