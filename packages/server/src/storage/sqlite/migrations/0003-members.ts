import type { Migration } from "./migration.ts";

/** People: who they are, their sessions, and the links by which they come in. */
export const members: Migration = {
  version: 3,
  name: "members",
  compatible: false,
  sql: `
create table members (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  name text not null,
  email text,
  role text not null,
  disabled integer not null check (disabled in (0, 1)),
  issuer text,
  subject text,
  last_signed_in_at integer,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  search text not null,
  primary key (workspace_id, id),
  unique (workspace_id, email),
  unique (workspace_id, issuer, subject),
  check ((issuer is null) = (subject is null))
) strict;

create table sessions (
  workspace_id text not null,
  id text not null,
  member_id text not null,
  digest blob not null check (length(digest) = 32),
  former_digest blob,
  renewed_at integer not null,
  signed_in_at integer not null,
  expires_at integer not null,
  ip text,
  user_agent text,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
) strict;
create unique index sessions_by_digest on sessions (workspace_id, digest);
create index sessions_by_former_digest on sessions (workspace_id, former_digest)
  where former_digest is not null;
create index sessions_by_member on sessions (workspace_id, member_id, id);
create index sessions_by_expiry on sessions (expires_at);

create table sign_in_links (
  workspace_id text not null,
  member_id text not null,
  digest blob not null check (length(digest) = 32),
  expires_at integer not null,
  primary key (workspace_id, member_id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
) strict, without rowid;
create unique index sign_in_links_by_digest on sign_in_links (workspace_id, digest);
`,
};
