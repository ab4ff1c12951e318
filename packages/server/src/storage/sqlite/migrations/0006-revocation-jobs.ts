import type { Migration } from "./migration.ts";

/** Where the revocation of many keys stands, so that it goes on after a crash. */
export const revocationJobs: Migration = {
  version: 6,
  name: "revocation-jobs",
  compatible: false,
  sql: `
create table revocation_jobs (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  filter text not null,
  spared_api_id text,
  spared_key_id text,
  reason text,
  matched_count integer not null,
  revoked_count integer not null,
  position text,
  state text not null check (state in ('running', 'finished', 'cancelled')),
  actor_type text not null,
  actor_id text not null,
  actor_ip text,
  request_id text not null,
  started_at integer not null,
  ended_at integer,
  rev integer not null,
  primary key (workspace_id, id)
) strict;
create index revocation_jobs_running on revocation_jobs (workspace_id, id) where state = 'running';
`,
};
