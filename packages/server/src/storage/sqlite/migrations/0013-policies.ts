import type { Migration } from "./migration.ts";

/** Policies, how far each is brought to what was there, and which tokens wait for an approval. */
export const policies: Migration = {
  version: 13,
  name: "policies",
  compatible: false,
  sql: `
create table policies (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  name text not null,
  api_id text,
  kind text check (kind in ('secret', 'publishable', 'pat', 'client')),
  rules text not null,
  idle_since integer,
  application text,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  primary key (workspace_id, id),
  unique (workspace_id, name),
  foreign key (workspace_id, api_id) references apis (workspace_id, id)
) strict;
-- Beside the state, which its check holds to what it was: a pending key is stored as a disabled one.
alter table keys add column pending integer not null default 0 check (pending in (0, 1));
create index keys_pending on keys (workspace_id, id) where pending = 1;
`,
};
