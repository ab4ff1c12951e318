import type { Migration } from "./migration.ts";

/** OAuth clients, what their tokens are signed with, and the tokens that have to be kept. */
export const clients: Migration = {
  version: 11,
  name: "clients",
  compatible: false,
  sql: `
alter table apis add column token_format text not null default 'jwt'
  check (token_format in ('jwt', 'opaque'));
alter table apis add column token_algorithm text not null default 'ES256';
-- The changes that are kept have to say what the records now say.
update changes set payload = json_set(payload, '$.tokenFormat', 'jwt', '$.tokenAlgorithm', 'ES256')
where entity = 'api' and payload is not null;

create table clients (
  workspace_id text not null,
  id text not null,
  owner_id text not null,
  name text not null,
  environment text not null check (environment in ('live', 'test')),
  state text not null check (state in ('active', 'disabled', 'revoked')),
  grants text not null,
  resources text not null,
  api_ids text not null,
  secrets text not null,
  jwks text not null,
  jwks_uri text,
  tls_subject text,
  trusted_issuers text not null,
  profile text not null,
  sender_constraint text not null,
  legacy_assertion_audience integer not null check (legacy_assertion_audience in (0, 1)),
  token_lifetime_seconds integer not null,
  metadata text not null,
  revoked_before integer,
  revoked_at integer,
  revoked_reason text,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references owners (workspace_id, id)
) strict;
create index clients_by_owner on clients (workspace_id, owner_id);
create index clients_by_environment on clients (workspace_id, environment);

create table client_apis (
  workspace_id text not null,
  client_id text not null,
  api_id text not null,
  primary key (workspace_id, client_id, api_id),
  foreign key (workspace_id, client_id) references clients (workspace_id, id),
  foreign key (workspace_id, api_id) references apis (workspace_id, id)
) strict, without rowid;
create index client_apis_by_api on client_apis (workspace_id, api_id);

create table signing_keys (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  environment text not null check (environment in ('live', 'test')),
  algorithm text not null,
  kid text not null,
  public_key text not null,
  sealed_private_key text not null,
  signs_from integer not null,
  created_at integer not null,
  rev integer not null,
  primary key (workspace_id, id)
) strict;

create table access_tokens (
  workspace_id text not null,
  id text not null,
  api_id text not null,
  environment text not null,
  client_id text not null,
  key_id text,
  scopes text not null,
  actors text not null,
  confirmation text,
  issued_at integer not null,
  expires_at integer not null,
  digest blob check (length(digest) = 32),
  revoked integer not null check (revoked in (0, 1)),
  primary key (workspace_id, id)
) strict, without rowid;
-- Like key_secrets_by_digest: whoever presents a token names no workspace.
create unique index access_tokens_by_digest on access_tokens (digest) where digest is not null;
create index access_tokens_by_expiry on access_tokens (expires_at);

create table used_once (
  workspace_id text not null,
  digest blob not null check (length(digest) = 32),
  expires_at integer not null,
  primary key (workspace_id, digest)
) strict, without rowid;
create index used_once_by_expiry on used_once (expires_at);
`,
};
