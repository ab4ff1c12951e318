import type { Migration } from "./migration.ts";

export const initial: Migration = {
  version: 1,
  name: "initial",
  compatible: false,
  sql: `
create table meta (
  name text not null primary key,
  value text not null
) strict;

create table workspaces (
  workspace_id text not null primary key,
  name text not null,
  operator integer not null check (operator in (0, 1)),
  created_at integer not null,
  updated_at integer not null,
  rev integer not null check (rev >= 1),
  last_rev integer not null check (last_rev >= rev),
  audit_head blob not null check (length(audit_head) = 32)
) strict;

create table apis (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  name text not null,
  prefix text not null,
  audience text not null,
  scopes text not null,
  default_lifetime_seconds integer,
  built_in integer not null check (built_in in (0, 1)),
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  primary key (workspace_id, id),
  unique (workspace_id, prefix)
) strict;

create table roles (
  workspace_id text not null,
  id text not null,
  api_id text not null,
  name text not null,
  description text,
  scopes text not null,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  primary key (workspace_id, id),
  unique (workspace_id, api_id, name),
  foreign key (workspace_id, api_id) references apis (workspace_id, id)
) strict;

create table owners (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  external_id text not null,
  type text not null,
  name text,
  disabled integer not null check (disabled in (0, 1)),
  metadata text not null,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  search text not null,
  primary key (workspace_id, id),
  unique (workspace_id, external_id)
) strict;
create index owners_by_search on owners (workspace_id, id, search);

create table keys (
  workspace_id text not null,
  id text not null,
  api_id text not null,
  owner_id text not null,
  name text not null,
  kind text not null,
  environment text not null check (environment in ('live', 'test')),
  state text not null check (state in ('active', 'disabled', 'revoked')),
  scopes text not null,
  restrictions text,
  metadata text not null,
  expires_at integer,
  revoked_at integer,
  revoked_reason text,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  search text not null,
  owner_search text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, api_id) references apis (workspace_id, id),
  foreign key (workspace_id, owner_id) references owners (workspace_id, id)
) strict;
create index keys_by_api on keys (workspace_id, api_id, id);
create index keys_by_owner on keys (workspace_id, owner_id, id);
create index keys_by_environment on keys (workspace_id, environment, id);
create index keys_by_state on keys (workspace_id, state, id, expires_at);
create index keys_by_expiry on keys (workspace_id, id, expires_at)
  where expires_at is not null and state <> 'revoked';
create index keys_by_search on keys (workspace_id, id, search, owner_search);

create table key_secrets (
  workspace_id text not null,
  key_id text not null,
  position integer not null,
  id text not null,
  digest blob not null check (length(digest) = 32),
  hint text not null,
  not_before integer,
  expires_at integer,
  created_at integer not null,
  primary key (workspace_id, key_id, position),
  foreign key (workspace_id, key_id) references keys (workspace_id, id)
) strict, without rowid;
-- The one unique index without the tenant: whoever presents a key names no workspace, so a digest must mean one key.
create unique index key_secrets_by_digest on key_secrets (digest);

create table key_roles (
  workspace_id text not null,
  key_id text not null,
  position integer not null,
  role_id text not null,
  primary key (workspace_id, key_id, position),
  foreign key (workspace_id, key_id) references keys (workspace_id, id),
  foreign key (workspace_id, role_id) references roles (workspace_id, id)
) strict, without rowid;
create index key_roles_by_role on key_roles (workspace_id, role_id, key_id);

create table changes (
  workspace_id text not null,
  rev integer not null,
  entity text not null,
  entity_id text not null,
  payload text,
  primary key (workspace_id, rev)
) strict;

create table audit_events (
  workspace_id text not null,
  rev integer not null,
  id text not null,
  at integer not null,
  actor_type text not null,
  actor_id text not null,
  actor_ip text,
  action text not null,
  entity text not null,
  target_id text not null,
  request_id text,
  detail text not null,
  previous_hash blob not null check (length(previous_hash) = 32),
  hash blob not null check (length(hash) = 32),
  primary key (workspace_id, rev),
  unique (workspace_id, id)
) strict;
create index audit_events_by_target on audit_events (workspace_id, target_id, rev);
create index audit_events_by_actor on audit_events (workspace_id, actor_id, rev);
create index audit_events_by_action on audit_events (workspace_id, action, rev);

create table replies (
  workspace_id text not null references workspaces (workspace_id),
  key_digest blob not null,
  request_digest blob not null,
  status integer not null,
  body blob,
  target_id text,
  body_expires_at integer not null,
  expires_at integer not null,
  primary key (workspace_id, key_digest)
) strict;
create index replies_by_expiry on replies (expires_at);
create index replies_by_body_expiry on replies (body_expires_at) where body is not null;

create table key_uses (
  workspace_id text not null,
  key_id text not null,
  secret_id text not null,
  last_used_at integer not null,
  allowed_count integer not null,
  denied_count integer not null,
  primary key (workspace_id, key_id, secret_id)
) strict, without rowid;

create table revocations (
  seq integer primary key autoincrement,
  workspace_id text not null,
  key_id text not null,
  secret_id text,
  end_kind text not null check (end_kind in ('revoked', 'expires')),
  ends_at integer not null
) strict;
`,
};
