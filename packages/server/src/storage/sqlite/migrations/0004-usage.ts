import type { Migration } from "./migration.ts";

/** What has been used, by minute, hour and day. The series names what the cells of it have in common, once. */
export const usage: Migration = {
  version: 4,
  name: "usage",
  compatible: false,
  sql: `
create table usage_sources (
  workspace_id text not null references workspaces (workspace_id),
  source text not null,
  counted_through integer not null,
  counted_ahead text not null,
  counted_at integer not null,
  primary key (workspace_id, source)
) strict, without rowid;
create index usage_sources_by_age on usage_sources (counted_at);

-- Empty: not told apart. A series without key and owner is the sum over all of them.
create table usage_series (
  workspace_id text not null references workspaces (workspace_id),
  id integer not null,
  key_id text not null,
  owner_id text not null,
  api_id text not null,
  environment text not null,
  code text not null,
  tag text not null,
  total integer not null check (total in (0, 1)),
  primary key (workspace_id, id),
  unique (workspace_id, key_id, owner_id, api_id, environment, code, tag, total)
) strict, without rowid;

create table usage_cells (
  workspace_id text not null,
  grain integer not null,
  series integer not null,
  bucket integer not null,
  count integer not null,
  cost integer not null,
  primary key (workspace_id, grain, series, bucket)
) strict, without rowid;

create table usage_strangers (
  workspace_id text not null references workspaces (workspace_id),
  hour integer not null,
  code text not null,
  network text not null,
  brand text not null,
  count integer not null,
  primary key (workspace_id, hour, code, network, brand)
) strict, without rowid;

alter table key_uses drop column allowed_count;
alter table key_uses drop column denied_count;
alter table key_uses add column network text;
alter table key_uses add column agent text;

create table key_use_networks (
  workspace_id text not null,
  key_id text not null,
  secret_id text not null,
  day integer not null,
  networks text not null,
  primary key (workspace_id, key_id, secret_id, day)
) strict, without rowid;
`,
};
